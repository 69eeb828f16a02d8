package io.meltemi.cli.demo;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where this Meltemi is installed, and how its programs are started. Immutable.
///
/// @param root the checkout
/// @param java the JDK that runs us
public record Install(Path root, Path java) {
    /// Every process of the mesh: epoll, BoringSSL and setns want native access; no files left in
    /// /tmp; no search for a hardware address inside namespaces.
    private static final List<String> COMMON =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-XX:-UsePerfData",
                    "-Dio.netty.machineId=02:00:00:00:00:01:02:03");

    /// A program of ours.
    ///
    /// @param options of its JVM, e.g. `-Xmx64m`
    public List<String> ours(List<String> options, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(COMMON);
        command.addAll(options);
        command.add("-cp");
        command.add(root.resolve("tools/cli/target/dist") + "/*");
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }

    /// A program of the shop: a small, plain JVM.
    public List<String> shop(String program) {
        return List.of(
                java.toString(),
                "-Xmx24m",
                "-Xss256k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-XX:ReservedCodeCacheSize=16m",
                "-Xshare:auto",
                "-cp",
                root.resolve("samples/shop/target/classes").toString(),
                "io.meltemi.shop." + program);
    }

    /// The shop's configuration as it is delivered.
    public Path shopMesh() {
        return root.resolve("samples/shop/mesh");
    }
}
