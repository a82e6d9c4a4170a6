"""Other processes for work on hostile input: where they come from, what they are asked, what is believed of them."""
