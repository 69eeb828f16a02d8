package io.meltemi.cli;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.galley.Galley;
import io.meltemi.galley.Report;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.model.snapshot.MeshSnapshot;
import io.meltemi.pilot.Pilot;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.NodeClaim;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.xds.server.SnapshotSource.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `meltemi translate`: the xDS that a proxy would get of some files, offline, by the code that
/// serves real ones.
@Command(
        name = "translate",
        description = {
            "Print the xDS that a proxy would get of a configuration, offline.",
            "Services are what the files describe: ServiceEntries, and Kubernetes' Services."
        },
        mixinStandardHelpOptions = true)
final class TranslateCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            required = true,
            paramLabel = "PATH",
            description = "File or folder; may be repeated.")
    private List<Path> config = List.of();

    @Option(
            names = "--node",
            required = true,
            paramLabel = "NODE",
            description = {
                "The proxy: NAME.NAMESPACE of a workload,",
                "or TYPE~IP~NAME.NAMESPACE~DOMAIN with TYPE sidecar or router."
            })
    private String node = "";

    @Option(
            names = "--label",
            paramLabel = "K=V",
            description = "A label of its workload; may be repeated.")
    private Map<String, String> labels = new TreeMap<>();

    @Option(
            names = "--show",
            paramLabel = "KIND[/NAME]",
            description =
                    "cluster, endpoint, listener, route or secret (without its key), all or one; may be repeated.")
    private List<String> show = List.of();

    @Option(names = "-o", paramLabel = "yaml|json", defaultValue = "yaml", description = "Output.")
    private XdsText.Format format = XdsText.Format.YAML;

    @Override
    public Integer call() {
        Report report = Galley.check(config);
        System.err.print(report.toText());
        if (report.hasErrors()) {
            return 1;
        }
        MeshSnapshot mesh = OfflineCheck.mesh(report);
        ProxyNode proxy = proxy();
        Pilot.diagnostics(PilotSettings.DEFAULT, mesh, List.of(proxy)).forEach(System.err::println);
        System.out.print(
                XdsText.of(Pilot.translate(PilotSettings.DEFAULT, mesh, proxy), show, format));
        return 0;
    }

    /// @throws IllegalArgumentException when the node is not named as it should be
    private ProxyNode proxy() {
        // Without an address it is called by nobody: its own side is then the same for all.
        String id = node.indexOf('~') >= 0 ? node : "sidecar~0.0.0.0~" + node + "~offline";
        ProxyNode read = read(id);
        return new ProxyNode(
                        read.type(),
                        read.address(),
                        read.name(),
                        read.namespace(),
                        new TreeMap<>(labels),
                        read.workload(),
                        read.locality(),
                        read.capabilities(),
                        read.interception(),
                        new TreeMap<>(read.metadata()))
                // As one that has proven its namespace.
                .proven(
                        new SpiffeId(
                                MeshSettings.DEFAULT.trustDomain(), read.namespace(), "offline"));
    }

    private static ProxyNode read(String id) {
        try {
            return NodeClaim.read(Node.newBuilder().setId(id).build());
        } catch (RefusedException e) {
            throw new IllegalArgumentException("--node: " + e.getMessage(), e);
        }
    }
}
