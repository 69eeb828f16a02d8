package io.meltemi.cli;

import io.meltemi.agent.intercept.NodeNetwork;
import io.meltemi.cli.demo.Install;
import io.meltemi.cli.demo.Rehearsal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `meltemi train`: every program of the mesh in this one JVM for a moment, so that the JDK can
/// note in an AOT cache what they load and what is hot in them. Run by tools/bin/train.sh, inside
/// namespaces of its own.
@Command(
        name = "train",
        hidden = true,
        description = "Runs every program of the mesh for a moment, for the AOT cache.",
        mixinStandardHelpOptions = true)
final class TrainCommand implements Callable<Integer> {
    /// A proxy that answers by itself.
    private static final String BOOTSTRAP =
            """
            admin: {address: {socket_address: {address: 127.0.0.1, port_value: 0}}}
            node: {id: training, cluster: training}
            static_resources:
              listeners:
              - name: web
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                      stat_prefix: web
                      route_config:
                        virtual_hosts:
                        - name: all
                          domains: ["*"]
                          routes:
                          - {match: {prefix: /}, direct_response: {status: 200}}
                      http_filters:
                      - name: envoy.filters.http.router
                        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
            """;

    @ParentCommand private @Nullable MeshCli parent;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = MeshCli.home(parent);
        Install install = MeshCli.install();
        home.makeRun();
        Path bootstrap = home.folder().resolve("bootstrap.yaml");
        Files.writeString(bootstrap, BOOTSTRAP);
        inBackground(home, "proxy", "-c", bootstrap.toString());
        try (Rehearsal rehearsal = Rehearsal.start(install, home.run())) {
            inBackground(
                    home,
                    "control-plane",
                    "--config",
                    install.shopMesh().toString(),
                    "--listen",
                    NodeNetwork.ADDRESS.getHostAddress(),
                    "--state",
                    home.state().toString());
            rehearsal.play();
        }
        return 0;
    }

    private static void inBackground(Home home, String... arguments) {
        Thread.ofPlatform().daemon().name(arguments[0]).start(() -> MeshCli.run(home, arguments));
    }
}
