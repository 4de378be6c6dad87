"""Folding: one happening is one event, however many triggers of a sentence tell of it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from spacy.tokens import Span, Token

from pipeline.detection.coding import DEALS
from pipeline.detection.deeds import is_manner
from pipeline.detection.drafts import Draft
from pipeline.detection.grammar import subjects_own
from pipeline.detection.nouns import is_matter
from pipeline.detection.phrases import lemma, seen_through
from pipeline.detection.relatives import HARM

# Words that do what they say: what is demanded, threatened, promised or refused is their content, not an event beside them.
SPEECH_ACTS = frozenset({"REQUEST", "THREATEN", "AGREE", "REJECT"})
CONTENT = frozenset("xcomp ccomp pcomp acl prep pobj dobj conj nsubjpass oprd".split())
THEMES = ("talks-", "ceasefire-", "event-")


def folded(drafts: Iterable[Draft]) -> list[Draft]:
    """The drafts of a sentence without repetitions and without the mere content of speech acts."""
    distinct = list(_distinct(drafts))
    for fold in (_without_plans, _without_doers, _without_manner, _joined, _with_harm, _with_means):
        distinct = fold(distinct)
    acts = {draft.trigger.token.i: draft for draft in distinct if draft.code.type in SPEECH_ACTS}
    kept = {id(draft): draft for draft in distinct}
    for draft in distinct:
        act = _act_over(draft, acts)
        if act is not None and _is_agreed_deal(draft, act):
            kept.pop(id(act), None)
            kept[id(draft)] = replace(draft, actors=draft.actors or act.actors)
        elif act is not None:
            del kept[id(draft)]
            if not act.recipients and id(act) in kept:
                kept[id(act)] = replace(act, recipients=_parties(draft, act))
    return list(kept.values())


def _is_agreed_deal(draft: Draft, act: Draft) -> bool:
    """ "Agreed to acquire the firm": the deal is what is told, and no agreement beside it."""
    return draft.code.kind in DEALS and act.code.kind == "agreement"


def _distinct(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """One event for a kind that two triggers tell of with the same people, and for an offer or plan of talks: its own."""
    seen: set[tuple[str, tuple[int, ...], tuple[int, ...], str]] = set()
    themes: set[int] = set()
    for draft in drafts:
        theme = draft.trigger.theme
        if theme is not None and draft.code.kind.startswith(THEMES):
            if theme.i in themes and draft.code.status.modality in ("possible", "denied"):
                continue
            themes.add(theme.i)
        actors = tuple(span.start for span in draft.actors)
        recipients = tuple(span.start for span in draft.recipients)
        key = (draft.code.kind, actors, recipients, draft.code.status.modality)
        if key not in seen:
            seen.add(key)
            yield draft


def _without_plans(drafts: list[Draft]) -> list[Draft]:
    """ "called off a summit planned for May": what was planned is the very thing that is told of."""
    told = {draft.trigger.theme.i for draft in drafts if draft.trigger.theme is not None and not _is_plan(draft)}
    return [draft for draft in drafts if not _is_plan(draft) or _theme(draft) not in told]


def _is_plan(draft: Draft) -> bool:
    """Whether a word beside the theme noun says that it is planned: "planned talks", "a summit due to open in May"."""
    return draft.code.kind == "talks-planned" and draft.trigger.token.dep_ in ("acl", "amod", "relcl", "prep")


def _theme(draft: Draft) -> int:
    return draft.trigger.theme.i if draft.trigger.theme is not None else -1


def _joined(drafts: list[Draft]) -> list[Draft]:
    """ "used water cannon to disperse students": means and end of one deed, with the people of both."""
    kept = {draft.trigger.token.i: draft for draft in drafts}
    if len(kept) < len(drafts):
        return drafts
    for draft in drafts:
        verb = draft.trigger.token
        means = kept.get(_over(verb))
        if means is not None and _is_same(means, draft):
            del kept[verb.i]
            recipients = (*means.recipients, *(who for who in draft.recipients if who not in means.recipients))
            kept[means.trigger.token.i] = replace(means, recipients=recipients)
    return list(kept.values())


def _is_same(means: Draft, end: Draft) -> bool:
    if subjects_own(end.trigger.token):
        return False
    if (means.code.kind, end.code.kind) == ("ceasefire-agreed", "hostilities-ceased"):
        return True  # "signed a truce, ending three days of fighting"
    return means.code.kind == end.code.kind and means.code.type not in SPEECH_ACTS


def _over(verb: Token) -> int:
    """Where the verb stands that an infinitive or participle adds to, or -1."""
    if verb.dep_ == "pcomp" and verb.head.lower_ in ("by", "in"):
        return verb.head.head.i
    return verb.head.i if verb.dep_ in ("xcomp", "advcl") and verb.tag_ in ("VB", "VBG") else -1


def _without_doers(drafts: list[Draft]) -> list[Draft]:
    """ "A suicide bomber detonated his vest": who does it is no second attack, but tells the kind of the one there is."""
    attacks = [draft for draft in drafts if draft.code.type == "ASSAULT"]
    told = {draft.trigger.token.i: draft for draft in attacks}
    kept = {id(draft): draft for draft in drafts}
    for draft in attacks:
        heads = (head.i for span in draft.actors for head in seen_through(span.root))  # "dozens of strikes" are strikes
        doers = [told[i] for i in heads if i in told]
        for doer in doers:
            kept.pop(id(doer), None)
        if doers and draft.code.kind in PLAIN:
            kept[id(draft)] = replace(draft, code=replace(doers[0].code, status=draft.code.status))
    return list(kept.values())


# Kinds of attacks of which their doers tell more.
PLAIN = frozenset({"bombing", "assault"})


def _without_manner(drafts: list[Draft]) -> list[Draft]:
    """ "suspended aid in protest": how it is meant, and no demonstration beside it."""
    told = {draft.trigger.token.i for draft in drafts}
    nouns = {id(draft): draft.trigger.token for draft in drafts if is_manner(draft.trigger.token)}
    manner = {one for one, noun in nouns.items() if any(above.i in told for above in noun.ancestors)}
    return [draft for draft in drafts if id(draft) not in manner]


def _with_harm(drafts: list[Draft]) -> list[Draft]:
    """ "stormed a church, killing eleven": the harm that an attack does is part of it, and those harmed its recipients."""
    attacks = {draft.trigger.token.i: draft for draft in drafts if draft.code.type == "ASSAULT"}
    kept = {id(draft): draft for draft in drafts}
    for draft in drafts:
        attack = _attack_over(draft, attacks)
        if attack is not None and id(attack) in kept:
            del kept[id(draft)]
            harmed = () if draft.code.status.modality == "denied" else _others(draft, kept[id(attack)])
            kept[id(attack)] = replace(kept[id(attack)], recipients=(*kept[id(attack)].recipients, *harmed))
    return list(kept.values())


def _attack_over(draft: Draft, attacks: dict[int, Draft]) -> Draft | None:
    """The attack of which a participle tells the harm: its governor, or that one's subject."""
    verb = draft.trigger.token
    if verb.tag_ != "VBG" or verb.dep_ not in ("advcl", "acl") or lemma(verb) not in HARM:
        return None
    beside = (verb.head, *(child for child in verb.head.children if child.dep_ in ("nsubj", "dobj")))
    return next((attacks[token.i] for token in beside if token.i in attacks), None)


def _with_means(drafts: list[Draft]) -> list[Draft]:
    """ "Two were killed in an airstrike": how they were killed is no event beside it, but tells its kind."""
    harms = {draft.trigger.token.i: draft for draft in drafts if lemma(draft.trigger.token) in HARM}
    kept = {id(draft): draft for draft in drafts}
    for means in drafts:
        harm = harms.get(_harmed_by(means.trigger.token))
        if (
            harm is None
            or means.code.type != "ASSAULT"
            or means.code.kind == "clash"
            or means.code.status.modality != harm.code.status.modality
        ):
            continue
        if means.code.kind == harm.code.kind:
            kept.pop(id(means), None)
        else:
            kept.pop(id(harm), None)
            recipients = (*_others(harm, means), *means.recipients)
            kept[id(means)] = replace(means, actors=means.actors or harm.actors, recipients=recipients)
    return list(kept.values())


def _harmed_by(noun: Token) -> int:
    """Where the verb stands under whose "in" the noun is, or that of its object; or -1."""
    if noun.dep_ != "pobj" or noun.head.lower_ not in ("in", "during"):
        return -1
    over = noun.head.head
    return over.head.i if over.dep_ in ("dobj", "nsubjpass") else over.i


def _act_over(draft: Draft, acts: dict[int, Draft]) -> Draft | None:
    """The speech act whose content the draft is; talks and ceasefires stand for themselves."""
    if draft.code.status.modality in ("asserted", "historical") or draft.code.kind.startswith(THEMES):
        return None
    token: Token = draft.trigger.token
    while token.dep_ in CONTENT and token.head != token and not _stands_beside(token):
        token = token.head
        if token.i in acts:
            return acts[token.i]
    return None


def _stands_beside(verb: Token) -> bool:
    """ "They signed a truce, but Chad accused Mali": a clause with a subject of its own is no part of the one before."""
    return verb.dep_ == "conj" and subjects_own(verb)


def _parties(content: Draft, act: Draft) -> tuple[Span, ...]:
    """Those whom the content of an act of speech concerns: no things."""
    return tuple(span for span in _others(content, act) if not is_matter(span.root))


def _others(draft: Draft, act: Draft) -> tuple[Span, ...]:
    """The recipients of what is threatened or promised, who are those whom the act concerns."""
    actors = {span.start for span in act.actors}
    return tuple(span for span in draft.recipients if span.start not in actors)
