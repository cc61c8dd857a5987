# A stand-in for Ollama's image where there is no registry: real small models behind Ollama's API.
FROM python:3.13-slim
RUN apt-get update && apt-get install -y --no-install-recommends libgomp1 \
    && pip install --no-cache-dir xllamacpp starlette uvicorn httpx onnxruntime tokenizers numpy \
    && install -d -o 10001 -g 10001 /models
COPY local_ollama.py /
ENTRYPOINT ["python", "/local_ollama.py", "--models", "/gguf", "--host", "0.0.0.0", "--port", "11434", "--parallel", "1"]
