"""Sphinx extension for the peer that executes notebooks while it renders: puts the execution back on."""


def setup(app):
    """Called by Sphinx, after our own extension."""
    app.connect("config-inited", lambda _, config: setattr(config, "nb_execution_mode", "force"), priority=950)
    return {"parallel_read_safe": False}
