package io.meltemi.cli;

import io.meltemi.agent.SidecarOptions.Port;
import io.meltemi.agent.grpc.GrpcAgent;
import io.meltemi.agent.grpc.GrpcProgram;
import io.meltemi.agent.identity.ControlPlane;
import io.meltemi.agent.identity.ControlSocket;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.net.HostPort;
import io.meltemi.cli.run.Foreground;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi grpc-agent`: a program whose gRPC library speaks xDS itself, without a proxy.
@Command(
        name = "grpc-agent",
        description =
                "A program whose gRPC library speaks xDS itself (xds:/// targets), without a proxy:"
                        + " gives it a certificate, a bootstrap file and the control plane's"
                        + " answers. Ctrl-C ends it; the exit code is the program's.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  meltemi grpc-agent --service cart --namespace shop --port 9000 -- ./cart",
            "  meltemi grpc-agent --service me --folder /tmp/me      # until Ctrl-C, for a program"
                    + " that you start with GRPC_XDS_BOOTSTRAP=/tmp/me/grpc-bootstrap.json",
            "It needs a running `meltemi control-plane`. See docs/proxyless-grpc.md."
        })
final class GrpcAgentCommand implements Callable<Integer> {
    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings("unused") // picocli looks at it
    private boolean help;

    @Mixin private WorkloadOptions workload = new WorkloadOptions();

    @Option(
            names = "--port",
            paramLabel = "P|SERVICE:PROGRAM",
            description = "Where its server is called by gRPC (default: nowhere; it only calls).")
    private String port = "";

    @Option(
            names = "--address",
            defaultValue = "127.0.0.1",
            description = "Where its server is called (default: ${DEFAULT-VALUE}).")
    private String address = "127.0.0.1";

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description =
                    "Where grpc-bootstrap.json, key.pem, cert-chain.pem and root-cert.pem are kept"
                            + " (default: MELTEMI_HOME/grpc/NAMESPACE/SERVICE).")
    private @Nullable Path folder;

    @Option(
            names = "--control-plane",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:15012",
            description = "Default: ${DEFAULT-VALUE}.")
    private String controlPlane = "127.0.0.1:15012";

    @Option(
            names = "--control-socket",
            paramLabel = "FILE",
            description =
                    "Where it is let into the mesh (default: the control plane's in MELTEMI_HOME).")
    private @Nullable Path controlSocket;

    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description =
                    "The program, after --; it finds GRPC_XDS_BOOTSTRAP and SPIFFE_ENDPOINT_SOCKET in its environment.")
    private List<String> command = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Home home = MeshCli.home(parent);
        GrpcProgram program;
        ControlPlane at;
        try {
            program = program();
            at = new ControlPlane(HostPort.parse(controlPlane), ControlPlane.SERVER_NAME);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
        Path socket = controlSocket == null ? home.controlPlaneSocket() : controlSocket;
        if (!Files.exists(socket)) {
            throw new IOException(
                    "no control plane listens on "
                            + socket
                            + ": start one with `meltemi control-plane`");
        }
        Path files =
                folder == null
                        ? home.folder()
                                .resolve("grpc")
                                .resolve(workload.namespace())
                                .resolve(workload.service())
                        : folder;
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (ControlSocket join = new ControlSocket(socket, loop);
                GrpcAgent agent =
                        new GrpcAgent(
                                program,
                                files,
                                TrustDomain.CLUSTER_LOCAL,
                                at,
                                join.grant(workload.namespace(), program.serviceAccount()),
                                loop)) {
            return run(agent);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2_000);
        }
    }

    private int run(GrpcAgent agent) throws IOException, InterruptedException {
        Foreground foreground = new Foreground();
        if (command.isEmpty()) {
            System.out.println("GRPC_XDS_BOOTSTRAP=" + agent.bootstrap());
            System.out.println("SPIFFE_ENDPOINT_SOCKET=" + agent.workloadApi());
            CompletableFuture<Integer> over = new CompletableFuture<>();
            return foreground.await(
                    over,
                    () -> {
                        agent.close();
                        over.complete(0);
                    });
        }
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().keySet().removeAll(RunCommand.OURS);
        builder.environment().put("GRPC_XDS_BOOTSTRAP", agent.bootstrap().toString());
        builder.environment().put("SPIFFE_ENDPOINT_SOCKET", agent.workloadApi());
        Process process = builder.start();
        return foreground.await(
                process.onExit().thenApply(Process::exitValue),
                () -> {
                    process.destroy();
                    agent.close();
                });
    }

    private GrpcProgram program() {
        List<Port> ports =
                port.isEmpty() ? List.of() : List.of(PortOption.parse(port).with("grpc"));
        return new GrpcProgram(
                workload.service(),
                workload.namespace(),
                workload.account(),
                workload.labels(),
                address,
                ports);
    }

    private ParameterException invalid(String message) {
        return MeshCli.invalid(spec, message);
    }
}
