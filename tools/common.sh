# Shared by the scripts beside it; sourced, not run.

# Short messages in both languages, on standard error.
say() { printf '%s · %s\n' "$1" "$2" >&2; }

# Could not be done.
give_up() {
    say "$1" "$2"
    exit 2
}

# Installs Debian packages, or names them and gives up.
install_packages() {
    local names="$*" as_root=()
    if ! command -v apt-get >/dev/null; then
        give_up "请先安装与这些 Debian 软件包相当的软件：$names" "Please install what these Debian packages hold: $names"
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        elif [ -t 0 ] && command -v sudo >/dev/null; then
            as_root=(sudo)
        else
            give_up "缺少软件包，请管理员执行：apt-get install $names" "Packages are missing; as root: apt-get install $names"
        fi
    fi
    say "正在安装：$names" "installing: $names"
    local quietly=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
    "${as_root[@]}" "${quietly[@]}" install -y --no-install-recommends "$@" >&2 ||
        { "${as_root[@]}" "${quietly[@]}" update >&2 && "${as_root[@]}" "${quietly[@]}" install -y --no-install-recommends "$@" >&2; } ||
        give_up "安装失败：$names" "could not be installed: $names"
}

# A C compiler that links, and Rust as new as Cargo.toml asks for.
need_compilers() {
    local probe wanted have
    probe=$(mktemp -d)
    # shellcheck disable=SC2064
    trap "rm -rf '$probe'" EXIT
    printf 'int main(void) { return 0; }\n' >"$probe/a.c"
    if ! cc "$probe/a.c" -o "$probe/a" 2>/dev/null; then
        install_packages gcc libc6-dev
    fi
    if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
        PATH="$HOME/.cargo/bin:$PATH"
    fi
    wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    command -v cargo >/dev/null ||
        give_up "缺少 Rust $wanted，安装方法见 https://rustup.rs" "Rust $wanted is missing; see https://rustup.rs"
    have=$(rustc --version | cut -d ' ' -f 2)
    [ "$(printf '%s\n%s\n' "$wanted" "$have" | sort -V | head -n 1)" = "$wanted" ] ||
        give_up "Rust $have 太旧，需要 $wanted：rustup update" "Rust $have is too old, $wanted is needed: rustup update"
}

# What the window needs to build: ALSA's headers and pkg-config. X11 and Vulkan are looked for when it runs.
need_window() {
    local missing=()
    command -v pkg-config >/dev/null || missing+=(pkg-config)
    [ ${#missing[@]} -eq 0 ] && pkg-config --exists alsa || missing+=(libasound2-dev)
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

# What the window needs to run: libraries that are looked for by name at run time.
need_window_libraries() {
    local missing=() known
    known=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true)
    while read -r library package; do
        [[ $known == *"$library"* ]] || missing+=("$package")
    done <<'END'
libX11.so.6 libx11-6
libXcursor.so.1 libxcursor1
libXi.so.6 libxi6
libXrandr.so.2 libxrandr2
libxkbcommon-x11.so.0 libxkbcommon-x11-0
libvulkan.so.1 libvulkan1
END
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

# A virtual screen, software Vulkan and a hand for the mouse, for the test of the real window.
need_virtual_screen() {
    local missing=()
    command -v Xvfb >/dev/null || missing+=(xvfb)
    command -v xdotool >/dev/null || missing+=(xdotool)
    compgen -G '/usr/share/vulkan/icd.d/lvp_icd*.json' >/dev/null || missing+=(mesa-vulkan-drivers)
    [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}
