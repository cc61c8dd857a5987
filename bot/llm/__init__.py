"""The language model: its port, its Ollama implementation, and the gate in front of it."""
