# gobin-lint alone, statically linked:
#
#   docker build -t gobin-lint .
#   docker run --rm -v "$PWD:/work" gobin-lint
#
# With --fix give it your own user, so that the files stay yours: -u "$(id -u):$(id -g)"
FROM rust:1.95-alpine AS build
# The allocator is C.
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo install --locked --path . --root /out

FROM scratch
COPY --from=build /out/bin/gobin-lint /gobin-lint
# Pictures are drawn with lines, not with dashes.
ENV LANG=C.UTF-8
WORKDIR /work
ENTRYPOINT ["/gobin-lint"]
