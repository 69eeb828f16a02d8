package io.meltemi.cli;

import java.util.Map;
import picocli.CommandLine.Option;

/// Who a workload that is started by hand is in the mesh: the same for `run` and `grpc-agent`.
/// Confined to the command's thread.
final class WorkloadOptions {
    @Option(names = "--service", required = true, description = "The name that callers use.")
    private String service = "";

    @Option(
            names = "--namespace",
            defaultValue = "default",
            description = "Default: ${DEFAULT-VALUE}.")
    private String namespace = "default";

    @Option(
            names = "--service-account",
            paramLabel = "NAME",
            description = "Whose identity it proves (default: the service's name).")
    private String account = "";

    @Option(names = "--label", paramLabel = "K=V", description = "Label; may be repeated.")
    private Map<String, String> labels = Map.of();

    /// @throws IllegalArgumentException when it cannot be part of an identity
    String service() {
        return Names.label("--service", service);
    }

    /// @throws IllegalArgumentException when it cannot be part of an identity
    String namespace() {
        return Names.label("--namespace", namespace);
    }

    /// @throws IllegalArgumentException when it cannot be part of an identity
    String account() {
        return account.isEmpty() ? service() : Names.label("--service-account", account);
    }

    Map<String, String> labels() {
        return labels;
    }
}
