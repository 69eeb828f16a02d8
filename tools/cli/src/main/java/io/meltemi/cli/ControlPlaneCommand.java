package io.meltemi.cli;

import io.meltemi.base.identity.TrustDomain;
import io.meltemi.base.net.HostPort;
import io.meltemi.citadel.issuer.TokenIssuer;
import io.meltemi.citadel.jwks.KeyFetchSettings;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.server.ControlPlane;
import io.meltemi.server.ControlPlaneSettings;
import io.meltemi.server.Surroundings;
import io.meltemi.server.trust.AuthoritySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `meltemi control-plane`: registry, Galley, Pilot, Citadel and Mixer in one process.
@Command(
        name = "control-plane",
        description = "Registry, Galley, Pilot, Citadel and Mixer in one process.",
        mixinStandardHelpOptions = true)
final class ControlPlaneCommand implements Callable<Integer> {
    @ParentCommand private @Nullable MeshCli parent;
    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description = "Folder with the mesh's YAML; may be repeated.")
    private List<Path> config = List.of();

    @Mixin private ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--xds",
            paramLabel = "HOST:PORT",
            description =
                    "Also serve plain-text xDS on this loopback address, for any Envoy or gRPC client.")
    private @Nullable String xds;

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description =
                    "Address of the secured port 15012 and of OTLP (default: ${DEFAULT-VALUE}).")
    private String listen = "127.0.0.1";

    @Option(
            names = "--certificate-lifetime",
            paramLabel = "DURATION",
            defaultValue = "PT24H",
            description = "Of workloads, ISO 8601 (default: ${DEFAULT-VALUE}).")
    private Duration certificateLifetime = Duration.ofHours(24);

    @Option(
            names = "--ca",
            paramLabel = "DIR",
            description =
                    "Sign with the authority in this folder: ca-cert.pem, ca-key.pem, root-cert.pem,"
                            + " cert-chain.pem (default: a root of the mesh's own).")
    private @Nullable Path ca;

    @Option(
            names = "--ca-passphrase",
            paramLabel = "FILE",
            description =
                    "Its first line encrypts the mesh's own root keys on disk, or opens the key in"
                            + " --ca.")
    private @Nullable Path caPassphrase;

    @Option(
            names = "--root-overlap",
            paramLabel = "DURATION",
            description =
                    "How long a new root is believed before it signs, and the old one after that"
                            + " (default: the life of a certificate, at least PT5M).")
    private @Nullable Duration rootOverlap;

    @Option(
            names = "--jwks-allow",
            paramLabel = "WHAT",
            split = ",",
            description =
                    "Where the keys of token issuers may also be fetched from: plain_text (http), private_addresses.")
    private Set<KeyFetchSettings.Allowance> jwksAllow = Set.of();

    @ArgGroup(
            exclusive = false,
            multiplicity = "0..*",
            heading = "Tokens that become certificates:%n")
    private final List<TokenIssuerOptions> issuers = new ArrayList<>();

    @Option(names = "--state", paramLabel = "DIR", description = "Root key and known instances.")
    private @Nullable Path state;

    @Option(names = "--control-socket", paramLabel = "FILE", hidden = true)
    private @Nullable Path controlSocket;

    @Override
    public Integer call() throws Exception {
        for (Path folder : config) {
            if (!Files.isDirectory(folder)) {
                throw invalid(folder + " is not a folder: --config takes a folder with YAML files");
            }
        }
        try {
            cluster.check();
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
        try (var _ = ControlPlane.start(settings(), surroundings())) {
            System.out.println("control plane ready: " + listen + ":15012");
            Signals.awaitTermination();
        }
        return 0;
    }

    private Surroundings surroundings() throws IOException {
        return new Surroundings(
                cluster.sources(), cluster.authenticators(MeshSettings.DEFAULT.trustDomain()));
    }

    private ControlPlaneSettings settings() throws IOException {
        List<TokenIssuer> senders = issuers(MeshSettings.DEFAULT.trustDomain());
        Home home = MeshCli.home(parent);
        home.makeRun();
        MeshSettings mesh =
                new MeshSettings(
                        MeshSettings.DEFAULT.trustDomain(),
                        MeshSettings.DEFAULT.rootNamespace(),
                        MeshSettings.DEFAULT.domainSuffix(),
                        certificateLifetime.dividedBy(2));
        return new ControlPlaneSettings(
                config,
                cluster.embedded(),
                state == null ? home.state() : state,
                new HostPort(listen, 15012),
                xds == null ? Optional.empty() : Optional.of(hostPort(xds)),
                new HostPort(loopback(), 15014),
                new HostPort(listen, 4317),
                new HostPort(listen, 4318),
                controlSocket == null ? home.controlPlaneSocket() : controlSocket,
                authority(),
                senders,
                KeyFetchSettings.DEFAULT.allowing(jwksAllow),
                mesh);
    }

    List<TokenIssuer> issuers(TrustDomain trustDomain) {
        try {
            return issuers.stream().map(options -> options.issuer(trustDomain)).toList();
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    private AuthoritySettings authority() {
        AuthoritySettings own = AuthoritySettings.ofOwnRoots(certificateLifetime);
        return new AuthoritySettings(
                Optional.ofNullable(ca),
                Optional.ofNullable(caPassphrase),
                certificateLifetime,
                rootOverlap == null ? own.rootOverlap() : rootOverlap);
    }

    /// Prometheus asks on this machine alone; a mesh with a loopback address of its own keeps to
    /// it.
    private String loopback() {
        return listen.startsWith("127.") ? listen : "127.0.0.1";
    }

    private HostPort hostPort(String text) {
        try {
            return HostPort.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid("--xds: " + e.getMessage());
        }
    }

    private ParameterException invalid(String message) {
        return MeshCli.invalid(spec, message);
    }
}
