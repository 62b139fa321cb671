#!/usr/bin/env bash
# Builds both images of docker/Dockerfile and runs the compose file's two servers, PostgreSQL, chain and balancer as containers:
# writes through one server, reads and verifies through the other, has one sign with a key that the other keeps, kills one under
# load, drains one, and stops all. With docker and its compose where an engine answers, else with podman (containers-engine.sh).
# usage: containers.sh   BASES=fetch fetches the base images also with podman, instead of standing in for them
set -euo pipefail
# shellcheck source=scripts/tools.sh
. "$(dirname "$0")/tools.sh"
# shellcheck source=scripts/containers-engine.sh
. "$root/scripts/containers-engine.sh"
need_java
for program in curl openssl; do
  command -v "$program" >/dev/null || fail "$program is missing (Debian: apt-get install $program)"
done
verifier="$root/verifier/target/verifier.jar"
[ -f "$verifier" ] || fail "no $verifier: run make build first"

# Base images are kept between runs, outside of the checkout: the tests walk through it.
store="${XDG_CACHE_HOME:-$HOME/.cache}/fhir-anchor/containers"
logs="$root/target/containers"
mkdir -p "$store" "$logs"
work="$(mktemp -d)"
mkdir -p "$work/context" "$work/docker/secrets" "$work/issuer"
project="fhir-anchor-test"
services=(server-1 server-2 balancer database tombstones chain)
issuer=https://issuer:8443
audience=https://fhir.example.org/fhir

deployment() {
  "${compose[@]}" -p "$project" --project-directory "$work/docker" -f "$work/docker/compose.yaml" -f "$work/docker/test.yaml" "$@"
}

finish() {
  local status=$?
  set +e
  if [ "$status" != 0 ] && [ -n "${up:-}" ]; then
    deployment logs --tail=40 >"$logs/logs.txt" 2>&1
    say "containers: failed; the containers' last lines are in $logs/logs.txt" >&2
  fi
  [ -z "${up:-}" ] || deployment down -v -t 5 >/dev/null 2>&1
  [ -z "${up:-}" ] || remove_images
  stop_service
  rm -rf "$work"
}
trap finish EXIT

step() {
  say "containers: $* (${SECONDS} s)"
}

free_port() {
  local port
  for port in $(shuf -i 20000-29999 -n 50); do
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s' "$port"
      return
    fi
  done
  fail "no free port"
}

build_image() {
  local target="$1" options=(-f "$root/docker/Dockerfile" --target "$1" -t "fhir-anchor/$1")
  if is_stand_in; then
    # What this machine has fetched before, and whom it trusts, is there for Maven and npm as well.
    local home
    home="$(getent passwd 0 | cut -d: -f6)"
    mkdir -p "$HOME/.m2/repository"
    options+=(--layers=false -v "$HOME/.m2/repository:$home/.m2/repository" -v /etc/ssl/certs:/etc/ssl/certs:ro)
  fi
  "${engine[@]}" build "${options[@]}" "$root" >"$logs/build-$target.log" 2>&1 \
    || fail "the image $target was not built: $(tail -n 30 "$logs/build-$target.log")"
}

stand_in_bases() {
  base_image debian:bookworm-slim ""
  base_image node:22-slim "" "COPY --chown=0:0 node /usr/local/bin/node" "COPY --chown=0:0 npm /usr/local/lib/node_modules/npm" \
    "RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm" 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt'
  base_image maven:3-eclipse-temurin-17 "maven openjdk-17-jdk-headless"
  base_image eclipse-temurin:25-jre openjdk-17-jre-headless
  base_image nginx:1.28-alpine nginx 'STOPSIGNAL SIGQUIT' 'CMD ["nginx", "-g", "daemon off;"]'
  base_image postgres:15 postgresql-15 "COPY postgres.sh /postgres.sh" \
    "RUN useradd --uid 10001 fhir && mkdir -p /var/lib/postgresql/data && chmod 1777 /var/lib/postgresql/data" \
    'ENV PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin PGHOST=/tmp' 'STOPSIGNAL SIGINT' 'ENTRYPOINT ["/postgres.sh"]'
}

# What the stand-ins are made of beside Debian's packages.
stand_in_context() {
  is_stand_in || return 0
  need_node
  cp "$(readlink -f "$(command -v node)")" "$work/context/node"
  cp -aL "$(npm root -g)/npm" "$work/context/npm"
  # The part of the image's entry point that the compose file uses.
  cat >"$work/context/postgres.sh" <<'SH'
#!/bin/sh
set -e
mkdir -p "$PGDATA"
cd "$PGDATA"
if [ ! -s PG_VERSION ]; then
  initdb -D . -E UTF8 -U "$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" --auth-local=trust --auth-host=scram-sha-256
  echo 'host all all all scram-sha-256' >>pg_hba.conf
  echo "create database $POSTGRES_DB" | postgres --single -D . postgres
fi
exec postgres -D . -c listen_addresses='*' -c unix_socket_directories=/tmp
SH
  chmod +x "$work/context/postgres.sh"
}

tool() {
  "$java" -XX:TieredStopAtLevel=1 -cp "$work/app/fhir-server.jar" "$@"
}

# The README's steps 1 and 2, with the programs of the image itself.
make_deployment() {
  local container
  container="$("${engine[@]}" create fhir-anchor/server)"
  "${engine[@]}" cp "$container:/app" "$work/app"
  "${engine[@]}" rm -v "$container" >/dev/null
  sed '/^name:/d' "$root/docker/compose.yaml" >"$work/docker/compose.yaml"
  cp "$root/docker/nginx.conf" "$work/docker/"
  cd "$work/docker/secrets"
  openssl rand -hex 24 >database-password
  openssl rand -hex 24 >tombstones-password
  openssl rand -hex 32 >custody-key
  openssl rand -hex 32 >subject.key
  tool org.fhiranchor.interceptors.autoconfigure.LogKeyCommand FILE=log.key ORIGIN=fhir.example.org/log >/dev/null
  account="$(tool org.fhiranchor.ledger.evm.LedgerKeyCommand FILE=ledger-key.json PASSWORD_FILE=ledger-password)"
  cd "$root"
  make_issuer
  # Compose gives each file to its container as it is on the machine: owner and mode too.
  chown -R 10001 "$work/docker/secrets" "$work/issuer"
  chmod 400 "$work"/docker/secrets/*
  chmod 755 "$work" "$work/docker"
}

# An issuer of tokens as there is one in every deployment: its own name, certificate and keys. The servers trust that certificate.
make_issuer() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/issuer/key.pem" -out "$work/issuer/certificate.pem" -days 2 \
    -subj /CN=issuer -addext subjectAltName=DNS:issuer 2>/dev/null
  "$(dirname "$(readlink -f "$java")")/keytool" -importcert -noprompt -alias issuer -file "$work/issuer/certificate.pem" \
    -keystore "$work/issuer/trust.p12" -storepass changeit >/dev/null 2>&1
  "$java" -cp "$work/app/fhir-server.jar" "$root/scripts/ContainerTokens.java" "$work/issuer" "$issuer" "$audience"
  cat >"$work/issuer/nginx.conf" <<'CONF'
pid /tmp/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path /tmp/a;
  proxy_temp_path /tmp/b;
  fastcgi_temp_path /tmp/c;
  uwsgi_temp_path /tmp/d;
  scgi_temp_path /tmp/e;
  server {
    listen 8443 ssl;
    ssl_certificate /etc/nginx/certificate.pem;
    ssl_certificate_key /etc/nginx/key.pem;
    default_type application/json;
    location = /keys.json { alias /etc/nginx/keys.json; }
  }
}
CONF
  cat >"$work/docker/test.yaml" <<YAML
x-trusting: &trusting
  environment:
    JAVA_TOOL_OPTIONS: -Djavax.net.ssl.trustStore=/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit -Xmx1200m
services:
  server-1:
    <<: *trusting
    volumes: ["$work/issuer/trust.p12:/trust.p12:ro"]
  server-2:
    <<: *trusting
    volumes: ["$work/issuer/trust.p12:/trust.p12:ro"]
  issuer:
    image: nginx:1.28-alpine
    user: "10001:10001"
    tmpfs: [/tmp]
    volumes:
      - "$work/issuer/nginx.conf:/etc/nginx/nginx.conf:ro"
      - "$work/issuer/certificate.pem:/etc/nginx/certificate.pem:ro"
      - "$work/issuer/key.pem:/etc/nginx/key.pem:ro"
      - "$work/issuer/keys.json:/etc/nginx/keys.json:ro"
YAML
  touch "$work/docker/deployment.env"
}

container_of() {
  # Also those that have stopped.
  "${engine[@]}" ps -aq --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$1"
}

address_of() {
  "${engine[@]}" inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$(container_of "$1")"
}

# The README's step 3.
deploy_contracts() {
  deployment up -d --no-build chain >/dev/null 2>&1 || fail "the chain did not start: $(deployment up -d --no-build chain 2>&1 | tail -n 5)"
  local rpc="http://127.0.0.1:$CHAIN_PORT" funds
  funds='{"jsonrpc":"2.0","id":1,"method":"anvil_setBalance","params":["'$account'","0x3635c9adc5dea00000"]}'
  within 60 "the chain answers" curl -sS -o /dev/null -H 'Content-Type: application/json' -d "$funds" "$rpc"
  tool org.fhiranchor.ledger.evm.DeployContracts --rpc "$rpc" --key-file "$work/docker/secrets/ledger-key.json" \
    --password-file "$work/docker/secrets/ledger-password" >"$work/contracts"
  anchor="$(sed -n 's/.*anchor-contract: "\(.*\)"/\1/p' "$work/contracts")"
  consent="$(sed -n 's/.*consent-contract: "\(.*\)"/\1/p' "$work/contracts")"
  sed -e "s/^\(ANCHOR_LEDGER_ANCHOR_CONTRACT=\).*/\1$anchor/" -e "s/^\(ANCHOR_LEDGER_CONSENT_CONTRACT=\).*/\1$consent/" \
    -e "s#^\(ANCHOR_SECURITY_ISSUER=\).*#\1$issuer#" -e "s#^\(SERVER_FHIR_BASE_URL=\).*#\1http://localhost:$PORT/fhir#" \
    "$root/docker/deployment.env.example" >"$work/docker/deployment.env"
  printf 'ANCHOR_SECURITY_JWKS_URI=%s/keys.json\nANCHOR_LEDGER_INTERVAL=2s\n' "$issuer" >>"$work/docker/deployment.env"
}

within() {
  local limit="$1" what="$2" until=$((SECONDS + $1))
  shift 2
  until "$@" >"$work/last" 2>&1; do
    [ "$SECONDS" -lt "$until" ] || fail "not within $limit s: $what: $(tail -c 600 "$work/last")"
    sleep 0.5
  done
}

is_ready() {
  [ "$("${engine[@]}" inspect -f '{{.State.Status}}' "$(container_of "$1")")" = running ] \
    || { "${engine[@]}" logs --tail 30 "$(container_of "$1")" >&2; return 1; }
  curl -sS --max-time 5 "http://$(address_of "$1"):8080/actuator/health/readiness" | grep -q '"UP"'
}

# By the compose file's own check.
is_healthy() {
  "${engine[@]}" ps -q --filter health=healthy --filter "label=com.docker.compose.project=$project" \
    --filter "label=com.docker.compose.service=$1" | grep -q .
}

# ask TOKEN STATUS curl-argument …: the body goes to standard output.
ask() {
  local who="$1" want="$2" got
  shift 2
  got="$(curl -sS --max-time 60 -o "$work/answer" -w '%{http_code}' -H 'Content-Type: application/fhir+json' \
    -H "Authorization: Bearer $(cat "$work/issuer/$who.token")" "$@")"
  [ "$got" = "$want" ] || { printf '%s: want %s, got %s: %s\n' "$*" "$want" "$got" "$(head -c 500 "$work/answer")" >&2; return 1; }
  cat "$work/answer"
}

confined() {
  local service found
  for service in "${services[@]}"; do
    found="$("${engine[@]}" exec "$(container_of "$service")" sh -c \
      'id -u; touch /anywhere 2>&1 | grep -o "Read-only file system"; grep -e CapEff -e CapBnd -e NoNewPrivs /proc/1/status' | tr -s '\n\t ' ' ')"
    [ "$found" = "10001 Read-only file system CapEff: 0000000000000000 CapBnd: 0000000000000000 NoNewPrivs: 1 " ] \
      || fail "$service is not confined: $found"
  done
}

# A field of /actuator/info of the first argument's server.
info() {
  curl -sS "http://$(address_of "$1"):8080/actuator/info" | sed -n "s/.*\"$2\":\"\{0,1\}\([^\",}]*\).*/\1/p"
}

proof_with_anchor() {
  ask patient 200 "$1/Observation/weight/_history/1/\$proof" >"$work/proof.json" && grep -q '"anchor":{' "$work/proof.json"
}

verify() {
  "$java" -jar "$verifier" "$1" "$work/proof.json" --key "$(info server-2 verifierKey)" --rpc "http://127.0.0.1:$CHAIN_PORT" \
    --contract "$anchor" --log-id "$(info server-2 logId)"
}

# shellcheck source=scripts/containers-story.sh
. "$root/scripts/containers-story.sh"

find_engine
step "with ${engine[*]}"
stand_in_context
stand_in_bases
step "base images are there"
build_image chain
build_image server
step "both images are built"
PORT="$(free_port)"
CHAIN_PORT="$(free_port)"
export PORT CHAIN_PORT
make_deployment
start_service
up=yes
# What a run that was killed has left behind.
deployment down -v -t 5 >/dev/null 2>&1 || true
deploy_contracts
step "the chain runs and has the contracts"
deployment up -d --no-build >"$logs/up.log" 2>&1 || fail "compose up: $(tail -n 20 "$logs/up.log")"
for service in server-1 server-2; do
  within 420 "$service is ready" is_ready "$service"
  within 60 "$service is healthy" is_healthy "$service"
done
step "both servers are ready"
story
