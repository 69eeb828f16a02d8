package io.meltemi.agent;

import io.meltemi.agent.intercept.Pod;
import io.meltemi.agent.supervise.PodCommand;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How the JVM of one sidecar is started: the one place of its options. Immutable.
///
/// They are not the holder's: that JVM may carry a hundred sidecars, this one carries one. Small
/// heap: an idle sidecar lives in 12 MB, and what the young generation does not touch costs
/// nothing. The whole compiler: C1 alone would double the price of a request for ever; what
/// compiling took is given back every 5 s.
///
/// @param java the program
/// @param classPath where this very class comes from
/// @param cache the option that names a cache of classes; empty for none
/// @param arguments what [NodeSettings] reads
record OwnSidecarCommand(Path java, String classPath, List<String> cache, List<String> arguments) {
    private static final List<String> OPTIONS =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-Dio.netty.machineId=02:00:00:00:00:01:02:03",
                    "-XX:-UsePerfData",
                    "-XX:+UseSerialGC",
                    "-XX:+UseCompactObjectHeaders",
                    "-Xms12m",
                    "-Xmn3m",
                    "-Xmx48m",
                    // What was read of classes by reflection is needed while configuration is
                    // compiled, and not kept for long after.
                    "-XX:SoftRefLRUPolicyMSPerMB=100",
                    "-Dio.netty.jfr.enabled=false",
                    // One event loop allocates: more arenas would each keep what one needs.
                    "-Dio.netty.allocator.type=pooled",
                    "-Dio.netty.allocator.numDirectArenas=1",
                    "-Dio.netty.allocator.numHeapArenas=1",
                    "-Dio.netty.allocator.maxOrder=3",
                    // The old generation follows what lives, instead of keeping what once did.
                    "-XX:MinHeapFreeRatio=5",
                    "-XX:MaxHeapFreeRatio=10",
                    // A full collection leaves no dead objects in between to save itself moves.
                    "-XX:MarkSweepDeadRatio=0",
                    "-Xss256k",
                    "-XX:ReservedCodeCacheSize=48m",
                    // What runs a few hundred times while configuration is compiled is not worth
                    // machine code, profiles and the compiler's memory; what carries requests is,
                    // some hundred requests later.
                    "-XX:Tier3InvocationThreshold=2000",
                    "-XX:Tier3MinInvocationThreshold=1000",
                    "-XX:Tier3CompileThreshold=15000",
                    "-XX:+UnlockExperimentalVMOptions",
                    "-XX:TrimNativeHeapInterval=5000",
                    // Archived classes stay where they were written, so that JVMs share their
                    // pages.
                    "-XX:+UnlockDiagnosticVMOptions",
                    "-XX:ArchiveRelocationMode=0",
                    // A sidecar that lacks memory is no sidecar: the next one begins afresh.
                    "-XX:+ExitOnOutOfMemoryError");

    OwnSidecarCommand {
        cache = List.copyOf(cache);
        arguments = List.copyOf(arguments);
    }

    /// The JDK and the classes that run us, with the cache of classes that this JVM was given: it
    /// belongs to the installation.
    static OwnSidecarCommand ofThisJvm(NodeSettings settings) {
        return new OwnSidecarCommand(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                        .filter(option -> option.startsWith("-XX:AOTCache="))
                        .toList(),
                settings.sidecarArguments());
    }

    /// The whole command line that starts it in its pod.
    List<String> in(Pod pod) {
        List<String> program = new ArrayList<>(List.of(java.toString()));
        program.addAll(OPTIONS);
        program.addAll(cache);
        program.addAll(List.of("-cp", classPath, OwnSidecar.class.getName()));
        program.addAll(arguments);
        return PodCommand.ownSidecar(pod, program);
    }
}
