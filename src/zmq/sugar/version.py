__version__ = "27.3.0+static.1"
