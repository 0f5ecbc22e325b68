"""The families of scenes: each function paints one plate of scene-linear light."""
