"""Days, weeks, months, seasons and the words for them: what `times.resolve` puts together; pure."""
