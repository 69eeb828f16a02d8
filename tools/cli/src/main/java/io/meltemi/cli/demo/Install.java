package io.meltemi.cli.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Where this Meltemi is installed, and how its programs are started. Immutable.
///
/// @param root the checkout
/// @param java the JDK that runs us
public record Install(Path root, Path java) {
    /// A program of ours. Options for all of them stand in `tools/bin/java.options`.
    ///
    /// @param options of its JVM, e.g. `-Xmx64m`
    public List<String> ours(List<String> options, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.add("@" + root.resolve("tools/bin/java.options"));
        command.addAll(options);
        // Named only where it is: a JVM whose cache is missing goes without the JDK's own, too.
        if (Files.exists(dist("meltemi.aot"))) {
            command.add("-XX:AOTCache=" + dist("meltemi.aot"));
        }
        command.addAll(List.of("-cp", dist("meltemi.jar").toString(), mainClass));
        command.addAll(arguments);
        return command;
    }

    private Path dist(String file) {
        return root.resolve("tools/cli/target/dist").resolve(file);
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
