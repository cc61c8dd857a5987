"""Skills: folders of the owner's with instructions, knowledge and forms; words, no code."""
