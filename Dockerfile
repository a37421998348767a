# Runs the gate over the cases of a mounted repository:
#   docker build -t parity . && docker run --rm -v "$PWD:/work" -v parity-cache:/cache parity
# and any command of parity: docker run --rm -v "$PWD:/work" --entrypoint parity parity check …
FROM python:3.11-slim-bookworm

# Paddle's kernels run on OpenMP, which the slim image lacks.
RUN apt-get update \
 && apt-get install -y --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/*

COPY pyproject.toml README.md LICENSE /opt/parity/
COPY parity /opt/parity/parity
RUN pip install --no-cache-dir --disable-pip-version-check /opt/parity

# Models and exports are kept here; mount it to keep them from run to run.
ENV PARITY_CACHE=/cache
RUN useradd --create-home parity && install -d -o parity /cache /work
USER parity
WORKDIR /work
VOLUME /cache

# Nothing of pytest's own is written into the mounted repository.
ENTRYPOINT ["python", "-m", "pytest", "-p", "no:cacheprovider"]
CMD ["golden", "--parity-profile=ci"]
