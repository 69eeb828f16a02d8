package io.meltemi.cli;

import io.meltemi.agent.NodeClient;
import io.meltemi.agent.NodeClient.Attached;
import io.meltemi.agent.SidecarOptions;
import io.meltemi.agent.bootstrap.ProxyNode;
import io.meltemi.cli.run.Foreground;
import io.meltemi.cli.run.FrontDoors;
import io.meltemi.cli.run.MeshChoice;
import io.meltemi.cli.run.RunningMesh;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi gateway`: a proxy at the mesh's edge, which the mesh's Gateways configure.
@Command(
        name = "gateway",
        description =
                "An ingress or egress gateway; joins the running mesh, or starts one. Each port that"
                        + " a Gateway opens on it is opened on 127.0.0.1 as well. Ctrl-C ends it.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  meltemi gateway --name istio-ingressgateway",
            "  meltemi gateway --name edge --label istio=edge --namespace shop",
            "A Gateway selects it by its labels: app=NAME, istio=NAME without 'istio-', and yours;",
            "a Gateway of the Gateway API has its name and namespace."
        })
final class GatewayCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int LOOKS_BEFORE_ADVICE = 10;

    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;
    @Mixin private MeshOptions mesh = new MeshOptions();

    @Option(names = "--name", required = true, description = "Its name and service account.")
    private String name = "";

    @Option(
            names = "--namespace",
            defaultValue = "istio-system",
            description = "Default: ${DEFAULT-VALUE}.")
    private String namespace = "istio-system";

    @Option(names = "--label", paramLabel = "K=V", description = "Label; may be repeated.")
    private Map<String, String> labels = Map.of();

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
        try (NodeClient client =
                new RunningMesh(choice, System.err)
                        .join((program, line) -> System.err.println(line))) {
            Attached gateway = client.add(options);
            try (FrontDoors doors =
                    new FrontDoors(client, choice.run(), gateway.name(), GatewayCommand::say)) {
                follow(doors, foreground, gateway, options);
                int code = foreground.await(gateway.ended(), () -> client.remove(gateway.name()));
                if (code < 0) {
                    throw new IOException("the mesh ended; see " + choice.log());
                }
                return code;
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static void follow(
            FrontDoors doors, Foreground foreground, Attached gateway, SidecarOptions options)
            throws IOException, InterruptedException {
        boolean any = false;
        for (int looks = 1; !foreground.isOver(gateway.ended(), LOOK); looks++) {
            any |= doors.follow();
            if (!any && looks == LOOKS_BEFORE_ADVICE) {
                say(
                        "gateway "
                                + gateway.name()
                                + ": no Gateway opens a port on it yet; its labels are "
                                + new TreeMap<>(options.labels()));
            }
        }
    }

    /// Istio's chart: the label `istio` is the name without its `istio-`. By the other label a
    /// Gateway of the Gateway API that has this name finds it.
    private SidecarOptions options() {
        Names.label("--name", name);
        Map<String, String> all = new HashMap<>(labels);
        all.putIfAbsent("istio", name.startsWith("istio-") ? name.substring(6) : name);
        all.putIfAbsent("gateway.networking.k8s.io/gateway-name", name);
        return new SidecarOptions(
                ProxyNode.Kind.GATEWAY,
                name,
                "",
                Names.label("--namespace", namespace),
                name,
                all,
                List.of(),
                "",
                List.of(),
                Map.of(),
                Path.of("").toAbsolutePath(),
                SidecarOptions.Place.UNKNOWN,
                SidecarOptions.WorkloadApi.NOT_SERVED,
                false);
    }

    private ParameterException invalid(String message) {
        return MeshCli.invalid(spec, message);
    }
}
