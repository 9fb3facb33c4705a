# feedpub from the versions of requirements/, run by a user without rights; docs/container.md has what to mount.
# No VOLUME: where the whole site is mounted, that would put empty folders over its own.

# A tag of https://hub.docker.com/_/python, 3.11 to 3.14, slim; a digest may follow it.
ARG PYTHON=3.13-slim-trixie

FROM python:${PYTHON} AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
COPY requirements/build.txt requirements/run.txt requirements/
# feedgen has no wheel: the setuptools of build.txt builds it.
RUN pip install --require-hashes --only-binary :all: --requirement requirements/build.txt \
  && pip install --require-hashes --only-binary :all: --no-binary feedgen --no-build-isolation --use-pep517 \
    --ignore-installed --prefix /opt/feedpub --requirement requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY feedpub feedpub
RUN pip install --no-deps --no-build-isolation --prefix /opt/feedpub .

FROM python:${PYTHON}
COPY --from=build /opt/feedpub /usr/local
# The root file system may be read-only, and modules are compiled already.
ENV PYTHONDONTWRITEBYTECODE=1
WORKDIR /site
# A number, so that Kubernetes can tell that it is not root.
USER 10001:10001
# The first process of a container ignores SIGTERM.
STOPSIGNAL SIGINT
ENTRYPOINT ["feedpub"]
