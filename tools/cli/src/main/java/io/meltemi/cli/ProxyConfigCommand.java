package io.meltemi.cli;

import io.meltemi.xds.proto.control.ProxyConfigRequest;
import io.meltemi.xds.proto.control.ProxyConfigResponse;
import io.meltemi.xds.snapshot.ResourceType;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi proxy-config`: what one proxy has.
@Command(
        name = "proxy-config",
        aliases = "pc",
        description = {
            "What a connected proxy was given, as the control plane knows it; what it has refused is",
            "marked, and keeps its earlier form there."
        },
        mixinStandardHelpOptions = true)
final class ProxyConfigCommand implements Callable<Integer> {
    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;
    @Mixin private ControlPlaneOption controlPlane = new ControlPlaneOption();

    @Parameters(
            index = "0",
            paramLabel = "WHAT",
            description = "clusters, listeners, routes, endpoints or secrets (without their keys).")
    private String what = "";

    @Parameters(
            index = "1",
            paramLabel = "NODE",
            description = "NAME.NAMESPACE of the proxy, as proxy-status prints it.")
    private String node = "";

    @Option(
            names = "--name",
            paramLabel = "TEXT",
            description = "Only resources whose name contains this.")
    private String name = "";

    @Option(
            names = "-o",
            paramLabel = "table|yaml|json",
            defaultValue = "table",
            description = "Output (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TABLE;

    private enum Format {
        TABLE,
        YAML,
        JSON
    }

    @Override
    public Integer call() throws IOException {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec");
        }
        List<ResourceType> types = types();
        ProxyConfigRequest.Builder request = ProxyConfigRequest.newBuilder().setNode(node);
        types.forEach(type -> request.addTypes(type.name()));
        ProxyConfigResponse response =
                controlPlane.ask(
                        MeshCli.home(parent), client -> client.proxyConfig(request.build()));
        GivenResources given = GivenResources.of(response, name);
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                switch (format) {
                    case TABLE -> given.table(types.getFirst());
                    case YAML -> given.text(XdsText.Format.YAML);
                    case JSON -> given.text(XdsText.Format.JSON);
                });
        out.flush();
        return 0;
    }

    /// istioctl takes each word in singular and plural.
    private List<ResourceType> types() {
        return switch (what.toLowerCase(Locale.ROOT)) {
            case "clusters", "cluster", "c" -> List.of(ResourceType.CLUSTER);
            case "listeners", "listener", "l" -> List.of(ResourceType.LISTENER);
            case "routes", "route", "r" -> List.of(ResourceType.ROUTE, ResourceType.VIRTUAL_HOST);
            case "endpoints", "endpoint", "ep" -> List.of(ResourceType.ENDPOINT);
            case "secrets", "secret", "s" -> List.of(ResourceType.SECRET);
            case "bootstrap", "b" ->
                    throw MeshCli.invalid(
                            spec,
                            "the bootstrap is the proxy's own: its admin port shows it,"
                                    + " /config_dump on 127.0.0.1:15000 beside it");
            default ->
                    throw MeshCli.invalid(
                            spec,
                            "'"
                                    + what
                                    + "' is none of clusters, listeners, routes, endpoints, secrets");
        };
    }
}
