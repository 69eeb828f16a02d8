package io.meltemi.agent.grpc;

import io.meltemi.agent.bootstrap.AgentSocket;
import io.meltemi.agent.identity.ControlPlane;
import io.meltemi.agent.identity.JoinGrant;
import io.meltemi.agent.identity.Rotation;
import io.meltemi.agent.identity.WorkloadIdentity;
import io.meltemi.agent.identity.WorkloadSecrets;
import io.meltemi.agent.registry.RegistryClient;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.lifetime.Parts;
import io.meltemi.xds.proto.registry.Health;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands beside a program whose gRPC library speaks xDS itself: keeps its certificate fresh in
/// files, carries its questions to the control plane over a connection that proves who asks, and
/// keeps it registered. Thread-safe.
///
/// Istio: what its agent does under the injection template `grpc-agent`.
public final class GrpcAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcAgent.class);

    private static final int LONGEST_SOCKET = 107;

    private final Path bootstrap;
    private final Path socket;

    /// The newest first.
    private final Parts parts = new Parts(GrpcAgent::notClosed);

    /// Starts everything, or nothing. Blocks until the program can start.
    ///
    /// @param folder of its own: made when missing; what is in it is replaced
    /// @param loop stays its owner's
    public GrpcAgent(
            GrpcProgram program,
            Path folder,
            TrustDomain trustDomain,
            ControlPlane controlPlane,
            JoinGrant grant,
            EventLoopGroup loop)
            throws IOException {
        Path own = folder.toAbsolutePath();
        Files.createDirectories(own);
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
        this.bootstrap = own.resolve("grpc-bootstrap.json");
        this.socket = socket(own);
        CertificateFiles files = CertificateFiles.in(own);
        String name = program.instanceName(ProcessHandle.current().pid());
        try {
            WorkloadIdentity identity =
                    parts.add(
                            WorkloadIdentity.join(
                                    new SpiffeId(
                                            trustDomain,
                                            program.namespace(),
                                            program.serviceAccount()),
                                    grant,
                                    controlPlane,
                                    Rotation.ISTIO,
                                    loop,
                                    ControlPlane.Marking.PLAIN));
            files.write(identity.keeper().current());
            Runnable end = identity.keeper().subscribe(secrets -> renewed(files, secrets));
            parts.add(end::run);
            parts.add(AgentSocket.open(socket, loop, identity.keeper(), identity.channel()));
            CertificateFiles.write(
                    bootstrap, GrpcBootstrap.text(program.node(name), socket, files));
            if (!program.ports().isEmpty()) {
                parts.add(
                        RegistryClient.start(
                                identity.channel(), program.instance(name), Health.HEALTHY));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static Path socket(Path folder) throws IOException {
        Path socket = folder.resolve("xds.sock");
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET) {
            throw new IOException(
                    socket
                            + " is longer than the "
                            + LONGEST_SOCKET
                            + " bytes that a Unix socket's path may have: choose a shorter folder");
        }
        return socket;
    }

    /// What `GRPC_XDS_BOOTSTRAP` must be.
    public Path bootstrap() {
        return bootstrap;
    }

    /// What `SPIFFE_ENDPOINT_SOCKET` must be.
    public String workloadApi() {
        return "unix://" + socket;
    }

    /// The program goes on with what it has; the next one comes before that has run out.
    private static void renewed(CertificateFiles files, WorkloadSecrets secrets) {
        try {
            files.write(secrets);
        } catch (IOException e) {
            LOG.warn(
                    "a certificate valid until {} is not written: {}",
                    secrets.validUntil(),
                    e.toString());
        }
    }

    @Override
    public void close() {
        parts.close();
    }

    private static void notClosed(AutoCloseable part, Exception e) {
        LOG.warn("{} did not close: {}", part.getClass().getSimpleName(), e.toString());
    }
}
