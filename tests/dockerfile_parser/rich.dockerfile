# syntax=docker/dockerfile:1
# check=skip=JSONArgsRecommended
# The image of a program.
ARG GO_VERSION=1.25 ALPINE
FROM --platform=$BUILDPLATFORM golang:${GO_VERSION}-alpine${ALPINE:+"$ALPINE"} AS build
ARG TARGETOS TARGETARCH
ENV CGO_ENABLED=0 \
    # why it is static
    GOFLAGS="-trimpath -mod=readonly" \

    GOBIN='/out/bin'
ENV LEGACY some   value
WORKDIR /src
COPY --link go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod \
    --mount=type=cache,target=/root/.cache/go-build \
    go mod download
COPY . .
RUN set -eux; \
    if [ "$TARGETARCH" = arm ]; then \
        # the oldest that we have
        export GOARM=6; \
    fi; \
    go build -ldflags "-s -w -X 'main.version=ünïcode'" -o /out/app ./cmd/app \\
RUN <<EOF cat >/etc/motd && cat <<-'E 2' >/etc/issue
hello
EOF
	world
	E 2
COPY --chmod=0755 <<"SCRIPT" <<-CONF /usr/local/
#!/bin/sh
exec /app "$@" ${nothing^^}
SCRIPT
	name = ${NAME:-app}
	CONF
FROM gcr.io/distroless/static:nonroot
LABEL org.opencontainers.image.title="app" \
      org.opencontainers.image.description="does \"it\""
COPY --from=build --chown=nonroot:nonroot ["/out/app", "/usr/local/bin/my \u0061pp"]
ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/x /x
EXPOSE 8080/tcp 9090
VOLUME ["/data", "/cache"]
VOLUME /more /even
USER 65532:65532
STOPSIGNAL SIGTERM
SHELL ["/busybox/sh", "-c"]
HEALTHCHECK --interval=30s --timeout=3s CMD ["/app", "health"]
HEALTHCHECK NONE
ONBUILD RUN echo child \
    of mine
ENTRYPOINT ["/usr/local/bin/app", \
    # how it is started
    "--verbose"]
CMD ["serve"]
