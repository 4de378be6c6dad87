"""What is furniture and, as often, what only looks like it."""

import pytest

from pipeline.nlp.furniture import furniture

FURNITURE = """\
By John Smith
By John Smith and Jane Doe, Reuters
By Staff Reporter
Written by Ahmed al-Masri in Beirut
(Reporting by Ann Black in Ankara; Editing by Tom White)
Reporting by Ann Black; Editing by Tom White
Additional reporting by Omar al-Khalidi in Amman; Writing by Tom White
Print Friendly, PDF & Email
Post a comment
Post a comment2
Leave a Reply
12 Comments
Share on Facebook
Share this article
Share Tweet Pin It Email
Facebook | Twitter | WhatsApp
Advertisement
Advertisement - story continues below
Read more: Mayor opens new bridge
READ MORE: Ministers meet in Oslo
Also read: Two islands hold talks
Related articles
Most read
Subscribe to our newsletter
Sign up for our daily newsletter
Get the latest news in your inbox
This website uses cookies to improve your experience.
Privacy Policy | Terms of Use
This article was edited using data from several agencies
(In Jan. 3 story, corrects name of minister in paragraph 2)
(Corrects date in first paragraph)
(Adds quote, background)
(This story corrects the spelling of the town)
Eds: UPDATES with quotes from the mayor.
Editor's note: names were changed.
Our Standards: The Agency Trust Principles.
© 2020 News Agency
Copyright 2019 The News Agency. All rights reserved.
The Associated Press contributed to this report.
Image: Reuters
Photo: Jane Doe/Reuters
Photo by Jane Doe
Protesters march past the cathedral in Lima. Photo: Andes Press
File photo
A tank drives near the town, March 3, 2020. (AP Photo/Jane Doe)
Soldiers at the border. REUTERS/Jane Doe
Rebels at the border. Jane Doe/Reuters
Smoke rises over the town (Photo by Jane Doe / AFP)
FILE - In this Jan. 3, 2020 photo, a tank drives near the town.
FILE PHOTO: A tank drives near the town
The ministers met in Oslo.Source of the photo:
The ministers in Oslo. Source of the photo: Jane Doe
Image caption The president in her office
3 min read
Last updated: 12 June 2020, 10:30 GMT
Click here to read the full story
Follow us on Twitter
-30-
""".splitlines()

NEWS = """\
He had proof. Photo: the mayor called it a fake.
Protesters shared photos on Facebook and Twitter.
Share prices fell after the attack.
Subscribe to the treaty, the minister told parliament on Monday.
Sign up for the army, the mayor urged residents.
The image: two presidents shaking hands in Geneva.
Source of the photos seized by police remained unclear, an official said.
By Monday, troops had taken the town.
By Tuesday evening rebels held the bridge
The reporting by the commission found that 40 people had died.
Reporting by the commission found 12 violations; editing by censors was alleged.
This article of the constitution was used to arrest him.
This report was published by the United Nations on Monday and says 40 people died.
Follow the money, prosecutors said.
The comments were made in Ankara.
Comment on the ceasefire was refused.
Read more books, the president told students.
The photo by the agency shows a burning tank near the town.
Photo by photo, the court went through the evidence.
He posted a file photo of the minister.
Print media were closed by decree.
Copyright law was changed by parliament on Friday.
Related violence killed 12 people in Darfur.
Russia, Turkey share responsibility for the attack.
Print, radio and television stations were shut.
More troops were sent to the border.
Police (photo radar) stopped the car.
Get the army out, the crowd chanted.
The president (with his deputy) said the offer adds to hope.
The army (corrects an official) lost two men.
Ends of the bridge were mined, residents said.
Cookies were used to spy on activists, the court said.
Editor of a daily arrested in Istanbul.
The Associated Press contributed to the campaign fund, prosecutors said.
File a complaint, the lawyer told them, or leave.
Video shows soldiers shooting at protesters
Advertising was banned in the province.
Tuesday's attack: 12 dead in Kabul
Updated weapons were sent to the front in 2022 by three countries, officials in the capital said on Monday
Tweets by the president angered Paris.
Reuters journalists were arrested.
""".splitlines()


@pytest.mark.parametrize("line", FURNITURE)
def test_furniture_is_found_whole(line: str) -> None:
    assert list(furniture(line)) == [(0, len(line))]


@pytest.mark.parametrize("line", NEWS)
def test_news_that_uses_the_words_of_furniture_stays(line: str) -> None:
    assert list(furniture(line)) == []


def test_blanks_around_a_line_are_not_part_of_it() -> None:
    assert list(furniture("  Advertisement \t")) == [(2, 15)]


@pytest.mark.parametrize("line", ["", "   ", "\t"])
def test_an_empty_line_has_nothing(line: str) -> None:
    assert list(furniture(line)) == []


def test_a_footer_behind_the_last_sentence_goes_and_the_sentence_stays() -> None:
    line = "Talks resume on Friday. (Reporting by Ann Black; Editing by Tom White)"
    assert [line[start:end] for start, end in furniture(line)] == ["(Reporting by Ann Black; Editing by Tom White)"]


def test_a_change_note_goes_where_it_opens_a_paragraph() -> None:
    line = "(Updates death toll) Twelve people died on Monday."
    assert [line[start:end] for start, end in furniture(line)] == ["(Updates death toll)"]


def test_a_line_longer_than_any_furniture_stays() -> None:
    line = "FILE - " + "Troops moved on. " * 40
    assert list(furniture(line)) == []
