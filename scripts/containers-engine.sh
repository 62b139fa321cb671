# Sourced by containers.sh: finds something that runs containers and sets `engine` and `compose`, two arrays.
# Where there is no container engine, podman and docker-compose of Debian take its place, with all that they store below $store.
# shellcheck shell=bash

# A docker command without an engine behind it, or without its compose, is none.
docker_works() {
  command -v docker >/dev/null && docker info >/dev/null 2>&1 && docker compose version >/dev/null 2>&1
}

need_program() {
  local program="$1" package="$2"
  PATH="$PATH:/usr/sbin:/usr/lib/podman" command -v "$program" >/dev/null \
    || fail "no container engine answers, and podman cannot stand in for it: $program is missing (Debian: apt-get install $package)"
}

find_engine() {
  if docker_works; then
    engine=(docker)
    compose=(docker compose)
    return
  fi
  [ "$(id -u)" = 0 ] || fail "no container engine answers, and only root can have podman stand in for it: start Docker, or run this as root"
  need_program podman podman
  need_program runc runc
  need_program debootstrap debootstrap
  need_program netavark netavark
  need_program aardvark-dns aardvark-dns
  need_program docker-compose docker-compose
  need_program iptables iptables
  stand_in_engine
}

# What podman needs where there is no systemd, no overlay file system and no seccomp: known to work inside of containers and of
# small virtual machines. Without both limits runc does not start there.
stand_in_engine() {
  mkdir -p "$store/tmp"
  cat >"$store/containers.conf" <<CONF
[containers]
seccomp_profile = "unconfined"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
lock_type = "file"
compat_api_enforce_docker_hub = false
tmp_dir = "$store/tmp"
static_dir = "$store/libpod"
volume_path = "$store/volumes"
helper_binaries_dir = ["/usr/lib/podman", "/usr/libexec/podman", "/usr/local/libexec/podman", "/usr/bin"]
[network]
network_backend = "netavark"
network_config_dir = "$store/networks"
CONF
  cat >"$store/storage.conf" <<CONF
[storage]
driver = "vfs"
graphroot = "$store/images"
runroot = "$store/run"
CONF
  export CONTAINERS_CONF="$store/containers.conf" CONTAINERS_STORAGE_CONF="$store/storage.conf" BUILDAH_ISOLATION=chroot
  engine=(podman)
  compose=(docker-compose)
}

is_stand_in() {
  [ "${engine[0]}" = podman ]
}

# docker-compose talks to podman through this socket. Nobody but systemd would run podman's health checks: a loop does.
start_service() {
  is_stand_in || return 0
  export DOCKER_HOST="unix://$work/engine.sock"
  podman system service --time=0 "$DOCKER_HOST" >"$work/service.log" 2>&1 &
  engine_service=$!
  while sleep 2; do
    for container in $(podman ps --quiet --filter health=starting --filter health=unhealthy); do
      podman healthcheck run "$container" || true
    done
  done >/dev/null 2>&1 &
  engine_ticker=$!
  until [ -S "$work/engine.sock" ]; do
    kill -0 "$engine_service" 2>/dev/null || fail "podman's service ended: $(cat "$work/service.log")"
    sleep 0.2
  done
}

# The two that were built; the stand-ins are kept for the next run.
remove_images() {
  is_stand_in || return 0
  podman rmi --force fhir-anchor/server fhir-anchor/chain >/dev/null 2>&1
  podman image prune --force >/dev/null 2>&1
}

stop_service() {
  local process
  for process in "${engine_ticker:-}" "${engine_service:-}"; do
    [ -z "$process" ] || kill "$process" 2>/dev/null || true
    [ -z "$process" ] || wait "$process" 2>/dev/null || true
  done
}

# Where the base images cannot be fetched, Debian's packages stand in for them under the same names. This is for the test
# alone: what is tested are our files, not these images.
base_image() {
  local name="$1" packages="$2" made_from
  shift 2
  if ! is_stand_in || [ "${BASES:-stand-ins}" = fetch ]; then
    return
  fi
  printf '%s\n' 'FROM localhost/debian-root' \
    "${packages:+RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null}" \
    "$@" >"$work/Containerfile"
  # One of an earlier run is taken only when it was made in the same way.
  made_from="$(cat "$work/Containerfile" "$work"/context/*.sh | cksum | tr ' ' -)"
  if [ "$(podman image inspect --format '{{index .Labels "made-from"}}' "localhost/$name" 2>/dev/null)" = "$made_from" ]; then
    return
  fi
  say "containers: standing in for $name${packages:+ with $packages}"
  debian_root
  podman build --quiet --layers=false --label "made-from=$made_from" -f "$work/Containerfile" -t "localhost/$name" "$work/context" >"$work/base.log" 2>&1 \
    || fail "no stand-in for $name: $(tail -n 20 "$work/base.log")"
  podman image prune --force >/dev/null 2>&1
}

debian_root() {
  ! podman image exists localhost/debian-root || return 0
  local mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  # The mirror that this machine installs from; none is named here.
  mirror="$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' 'Component: main' | head -n 1)"
  [ -n "$mirror" ] || fail "no stand-in for the base images: apt has no source for Debian bookworm"
  debootstrap --variant=minbase --include=ca-certificates --keyring="$keyring" bookworm "$work/root" "$mirror" >"$work/debootstrap.log" 2>&1 \
    || fail "debootstrap failed: $(tail -n 5 "$work/debootstrap.log")"
  printf 'force-unsafe-io\n' >"$work/root/etc/dpkg/dpkg.cfg.d/quick"
  tar -C "$work/root" -c . | podman import --quiet - localhost/debian-root >/dev/null
  rm -rf "$work/root"
}
