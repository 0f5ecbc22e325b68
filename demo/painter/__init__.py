"""A scene painter: pictures computed from a seed, in scene-linear light, with numpy."""
