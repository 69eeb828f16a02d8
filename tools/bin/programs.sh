# Sourced by ./meltemi and ./verify: the system's programs that pods are made with.

# Makes sure that nft, ip and unshare are there: installs them as root after saying so, else prints how.
need_programs() {
    local packages=()
    [ "$(uname -s)" = Linux ] || return 0 # other systems run without pods: explicit mode
    PATH="$PATH:/usr/sbin:/sbin"
    export PATH
    command -v nft >/dev/null || packages+=(nftables)
    command -v ip >/dev/null || packages+=(iproute2)
    command -v unshare >/dev/null && command -v nsenter >/dev/null && command -v setpriv >/dev/null ||
        packages+=(util-linux)
    [ "${#packages[@]}" -gt 0 ] || return 0
    local install=()
    if command -v apt-get >/dev/null; then
        install=(apt-get install -y "${packages[@]}")
    elif command -v dnf >/dev/null; then
        install=(dnf install -y "${packages[@]}")
    elif command -v zypper >/dev/null; then
        install=(zypper install -y "${packages[@]}")
    elif command -v apk >/dev/null; then
        install=(apk add "${packages[@]}")
    fi
    if [ "$(id -u)" = 0 ] && [ "${#install[@]}" -gt 0 ]; then
        echo "installing ${packages[*]} (needed to make pods): ${install[*]}" >&2
        "${install[@]}" >/dev/null 2>&1 ||
            { [ "${install[0]}" = apt-get ] && apt-get update >/dev/null 2>&1 && "${install[@]}" >/dev/null 2>&1; } ||
            echo "meltemi: could not install ${packages[*]}; going on without pods (explicit mode)" >&2
    else
        echo "meltemi: ${packages[*]} missing, needed to make pods; install with: sudo ${install[*]:-your package manager} ${install:+}" >&2
    fi
}
