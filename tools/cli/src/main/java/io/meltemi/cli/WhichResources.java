package io.meltemi.cli;

import io.meltemi.cli.demo.ControlClient;
import io.meltemi.xds.proto.control.GetRequest;
import io.meltemi.xds.proto.control.GetResponse;
import io.meltemi.xds.proto.control.ResourceStatus;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Which resources of a running mesh somebody means. Confined to the command's thread.
final class WhichResources {
    private static final String DEFAULT = "default";

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "As kubectl takes it, e.g. vs, virtualservice, destinationrules; or all.")
    private String kind = "";

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NS",
            description = "Of the resource (default: default).")
    private @Nullable String namespace;

    @Mixin private ControlPlaneOption controlPlane = new ControlPlaneOption();

    /// What there is of them.
    ///
    /// @param name empty: all
    /// @param everywhere in all namespaces
    /// @throws IOException also when there is none of that name, saying which there are
    GetResponse ask(Home home, String name, boolean everywhere, boolean withDocuments)
            throws IOException {
        String wanted = everywhere ? "" : namespace == null ? DEFAULT : namespace;
        GetRequest request =
                GetRequest.newBuilder()
                        .setKind(kind)
                        .setNamespace(wanted)
                        .setName(name)
                        .setWithDocuments(withDocuments)
                        .build();
        return controlPlane.ask(
                home,
                client -> {
                    GetResponse found = client.get(request);
                    if (found.getResourcesCount() == 0 && !name.isEmpty()) {
                        throw new IOException(
                                "no %s '%s'%s%s"
                                        .formatted(
                                                kind,
                                                name,
                                                wanted.isEmpty() ? "" : " in namespace " + wanted,
                                                others(client)));
                    }
                    return found;
                });
    }

    private String others(ControlClient client) throws IOException {
        List<ResourceStatus> all =
                client.get(GetRequest.newBuilder().setKind(kind).build()).getResourcesList();
        return all.isEmpty()
                ? "; there is none at all"
                : "; there are "
                        + all.stream()
                                .map(r -> ResourceTable.name(r.getId()))
                                .collect(
                                        Collectors.collectingAndThen(
                                                Collectors.toCollection(TreeSet::new),
                                                names -> String.join(", ", names)));
    }

    /// What is said where there is none.
    String none(boolean everywhere) {
        return everywhere
                ? "no %s".formatted(kind)
                : "no %s in namespace %s (-A: in all namespaces)"
                        .formatted(kind, namespace == null ? DEFAULT : namespace);
    }
}
