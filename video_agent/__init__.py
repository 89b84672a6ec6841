"""Ask for a video in words; get it generated, judged and improved inside a budget in dollars."""
