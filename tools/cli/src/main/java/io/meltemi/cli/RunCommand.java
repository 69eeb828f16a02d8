package io.meltemi.cli;

import io.meltemi.agent.NodeClient;
import io.meltemi.agent.NodeClient.Attached;
import io.meltemi.agent.SidecarOptions;
import io.meltemi.agent.SidecarOptions.Port;
import io.meltemi.agent.bootstrap.ProxyNode;
import io.meltemi.agent.supervise.HealthCheck;
import io.meltemi.agent.supervise.OutputSink;
import io.meltemi.cli.run.Foreground;
import io.meltemi.cli.run.MeshChoice;
import io.meltemi.cli.run.RunningMesh;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi run`: one unmodified application with its sidecar, in the running mesh.
@Command(
        name = "run",
        description =
                "One unmodified application with its sidecar; joins the running mesh, or starts"
                        + " one. Ctrl-C ends it; the exit code is the application's.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  meltemi run --service invoice --port 8080 -- java -jar invoice.jar",
            "  meltemi run --service me --namespace shop -- curl -s http://product:9080/",
            "The application is told its port as PORT. While it has no answer for --health (without"
                    + " it: while nobody accepts on its port) it gets no calls.",
            "It may ask for its own certificate: SPIFFE_ENDPOINT_SOCKET names the Workload API.",
            "The first one starts the mesh's holder and control plane, the last one ends them; all"
                    + " with the same MELTEMI_HOME are in one mesh."
        })
final class RunCommand implements Callable<Integer> {
    /// Of our launcher; no business of the application.
    static final Set<String> OURS = Set.of("MELTEMI_INSTALL", "MELTEMI_INVOKED");

    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;

    // Not picocli's standard options: --version is the application's here.
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("unused") // picocli looks at it
    private boolean help;

    @Mixin private MeshOptions mesh = new MeshOptions();

    @Mixin private WorkloadOptions workload = new WorkloadOptions();

    @Option(names = "--version", description = "Becomes the label 'version' (default: none).")
    private String version = "";

    @Option(
            names = "--port",
            paramLabel = "P|SERVICE:APPLICATION",
            description = "Where it is called (default: nowhere; it only calls).")
    private String port = "";

    @Option(
            names = "--protocol",
            defaultValue = "http",
            description = "http, http2, grpc or tcp (default: ${DEFAULT-VALUE}).")
    private String protocol = "http";

    @Option(
            names = "--health",
            paramLabel = "http:/PATH|tcp",
            description = "How its health is asked (default: by TCP on its port).")
    private String health = "";

    @Parameters(paramLabel = "COMMAND", description = "The application, after --.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = MeshCli.home(parent);
        SidecarOptions options;
        try {
            options = options();
            mesh.check();
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
        MeshChoice choice = mesh.choice(home, MeshCli.install());
        Foreground foreground = new Foreground();
        try (NodeClient client = new RunningMesh(choice, System.err).join(new Terminal())) {
            Attached application = client.add(options);
            int code =
                    foreground.await(application.ended(), () -> client.remove(application.name()));
            if (code < 0) {
                throw new IOException("the mesh ended; see " + choice.log());
            }
            return code;
        }
    }

    private SidecarOptions options() {
        if (command.isEmpty()) {
            throw new IllegalArgumentException("no command to run: put it after --");
        }
        List<Port> ports =
                port.isEmpty() ? List.of() : List.of(PortOption.parse(port).with(protocol));
        if (!health.isEmpty()) {
            HealthCheck.parse(health, 80);
        }
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeAll(OURS);
        ports.forEach(p -> environment.put("PORT", Integer.toString(p.targetPort())));
        SidecarOptions options =
                new SidecarOptions(
                        ProxyNode.Kind.SIDECAR,
                        workload.service(),
                        version.isEmpty() ? "" : Names.label("--version", version),
                        workload.namespace(),
                        workload.account(),
                        workload.labels(),
                        ports,
                        health,
                        command,
                        environment,
                        Path.of("").toAbsolutePath(),
                        SidecarOptions.Place.UNKNOWN,
                        SidecarOptions.WorkloadApi.SERVED,
                        false);
        Names.label("--service with --version", options.workload());
        return options;
    }

    private ParameterException invalid(String message) {
        return MeshCli.invalid(spec, message);
    }

    /// The application's lines, as if it ran here. Thread-safe.
    private static final class Terminal implements OutputSink {
        @Override
        public void line(String program, String line) {
            System.out.println(line);
        }

        @Override
        public void errorLine(String program, String line) {
            System.err.println(line);
        }
    }
}
