package io.meltemi.agent.intercept;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// "Can this machine?", decided by doing: it makes a pod and redirects one connection in it.
/// Thread-safe: no state.
///
/// Looking for programs or reading settings would not do: hardened hosts let `unshare` pass and
/// strip the capabilities afterwards.
public final class PodProbe {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final List<String> PROGRAMS =
            List.of("setsid", "setpriv", "unshare", "nsenter", "ip", "nft", "mount");
    private static final Map<String, String> PACKAGES =
            Map.of("ip", "iproute2", "nft", "nftables", "mount", "mount");

    private PodProbe() {}

    /// Asks the machine, in under 300 ms.
    public static PodSupport run() {
        return run(List.of(), ownClasses().toString());
    }

    /// The same under another command's authority, e.g. `setpriv --reuid`; tests use it.
    static PodSupport run(List<String> prefix, String classes) {
        for (String program : PROGRAMS) {
            if (!onPath(program)) {
                return new PodSupport.Impossible(
                        "looking for " + program,
                        "not installed",
                        "install the package " + PACKAGES.getOrDefault(program, "util-linux"));
            }
        }
        long start = System.nanoTime();
        List<String> command = new ArrayList<>(prefix);
        command.addAll(
                new HolderCommand(HolderCommand.Lifetime.CLIENTS, List.of("sh", "-e", "-s"))
                        .render());
        try {
            Commands.run("namespaces", command, script(classes), LIMIT);
            return new PodSupport.Possible(Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException e) {
            return impossible(String.valueOf(e.getMessage()));
        }
    }

    private static boolean onPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        for (String folder : (path + ":/usr/sbin:/sbin").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static String script(String classes) {
        Pod pod =
                new Pod(
                        "probe",
                        Pod.address(PodAddresses.NETWORK | 2),
                        Netns.named("probe"),
                        "m0.2",
                        NodeNetwork.PODS.resolve("probe"));
        return "echo step network\n"
                + NodeNetwork.script()
                + "echo step pod\n"
                + PodFactory.script(List.of(pod), List.of(Nftables.ISTIO.script()))
                + "echo step redirect\n"
                + "nsenter --net=/run/netns/probe %s/bin/java -Xshare:auto -XX:+UseSerialGC"
                        .formatted(System.getProperty("java.home"))
                + " -XX:TieredStopAtLevel=1 -XX:-UsePerfData -cp '%s' %s\n"
                        .formatted(classes, RedirectProbe.class.getName());
    }

    private static Path ownClasses() {
        try {
            return Path.of(
                    RedirectProbe.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a code source is a location", e);
        }
    }

    /// The step is the last one the script announced; before the first one, `unshare` itself
    /// failed.
    private static PodSupport impossible(String output) {
        int last = output.lastIndexOf("step ");
        if (last < 0) {
            return new PodSupport.Impossible("making namespaces", output, namespaceRemedy());
        }
        String[] stepAndReason = output.substring(last + "step ".length()).split("\n", 2);
        String step = stepAndReason[0].strip();
        String reason = stepAndReason.length > 1 ? stepAndReason[1].strip() : "no reason given";
        return switch (step) {
            case "network" ->
                    new PodSupport.Impossible("making a bridge", reason, namespaceRemedy());
            case "pod" ->
                    new PodSupport.Impossible(
                            "making a pod",
                            reason,
                            "the kernel needs veth and nf_tables with nat: load those modules as root");
            default ->
                    new PodSupport.Impossible(
                            "redirecting a connection",
                            reason,
                            "the kernel needs nft_redir and nf_nat: load those modules as root");
        };
    }

    private static String namespaceRemedy() {
        record Setting(String name, String forbidding) {}
        for (Setting setting :
                List.of(
                        new Setting("user.max_user_namespaces", "0"),
                        new Setting("user.max_net_namespaces", "0"),
                        new Setting("kernel.unprivileged_userns_clone", "0"),
                        new Setting("kernel.apparmor_restrict_unprivileged_userns", "1"))) {
            Path file = Path.of("/proc/sys", setting.name().replace('.', '/'));
            try {
                if (Files.exists(file)
                        && Files.readString(file).strip().equals(setting.forbidding())) {
                    return "sysctl " + setting.name() + "=" + setting.forbidding() + " forbids it";
                }
            } catch (IOException _) {
                // A setting nobody may read is not the one to name.
            }
        }
        return "a container's seccomp profile, masked /proc or missing capabilities forbid it";
    }
}
