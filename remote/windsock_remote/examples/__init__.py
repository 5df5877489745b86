"""One example as the trainer makes it, by TRL's own functions and without a model.

`setting.load_setting` reads what a spec says, `rendering.Renderer` then shows rows one by one.
"""
