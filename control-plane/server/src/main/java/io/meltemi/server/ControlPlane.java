package io.meltemi.server;

import io.grpc.BindableService;
import io.meltemi.base.identity.SpiffeId;
import io.meltemi.base.lifetime.Parts;
import io.meltemi.base.net.HostPort;
import io.meltemi.base.time.Ticker;
import io.meltemi.citadel.issuer.TokenIssuers;
import io.meltemi.citadel.jwks.IssuerKeys;
import io.meltemi.citadel.sender.Authenticator;
import io.meltemi.citadel.service.BearerToken;
import io.meltemi.galley.store.Publication;
import io.meltemi.mixer.Mixer;
import io.meltemi.mixer.otlp.MetricsAdapter;
import io.meltemi.mixer.otlp.OtlpHttpServer;
import io.meltemi.mixer.otlp.TraceAdapter;
import io.meltemi.model.diagnostic.Diagnostic;
import io.meltemi.model.snapshot.MeshSettings;
import io.meltemi.pilot.Pilot;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.push.Timer;
import io.meltemi.registry.catalog.Catalog;
import io.meltemi.registry.catalog.CatalogSettings;
import io.meltemi.registry.service.RegistryAdapter;
import io.meltemi.registry.store.RegistrationFile;
import io.meltemi.server.configuration.ConfigurationPart;
import io.meltemi.server.debug.DebugPages;
import io.meltemi.server.port.ControlSocket;
import io.meltemi.server.port.EventLoops;
import io.meltemi.server.port.Guard;
import io.meltemi.server.port.MetricsPort;
import io.meltemi.server.port.TelemetryPort;
import io.meltemi.server.status.ControlAdapter;
import io.meltemi.server.status.MeshAnswer;
import io.meltemi.server.status.MeshStatus;
import io.meltemi.server.status.ProxyBoard;
import io.meltemi.server.trust.Trust;
import io.meltemi.xds.server.AdsServer;
import io.meltemi.xds.server.AdsSettings;
import io.meltemi.xds.server.PeerIdentity;
import io.meltemi.xds.server.XdsServerPort;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Registry, Galley, Pilot, Citadel and Mixer in one process: who knows what, and who is told.
/// Thread-safe.
public final class ControlPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);

    private final ControlPlaneSettings settings;
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    private final ProxyBoard proxies = new ProxyBoard(Clock.systemUTC());
    private final FindingsLog findings = new FindingsLog();

    /// The newest first: closed in the opposite order of opening.
    private final Parts parts = new Parts(ControlPlane::notClosed);

    private final Surroundings surroundings;

    private ControlPlane(ControlPlaneSettings settings, Surroundings surroundings) {
        this.settings = settings;
        this.surroundings = surroundings;
    }

    /// Starts everything, or nothing.
    ///
    /// @throws IOException when a folder cannot be used or an address is taken, saying which
    public static ControlPlane start(ControlPlaneSettings settings) throws IOException {
        return start(settings, Surroundings.NONE);
    }

    /// The same in these surroundings.
    public static ControlPlane start(ControlPlaneSettings settings, Surroundings surroundings)
            throws IOException {
        ControlPlane controlPlane = new ControlPlane(settings, surroundings);
        try {
            controlPlane.open();
            return controlPlane;
        } catch (UncheckedIOException e) {
            controlPlane.close();
            throw e.getCause();
        } catch (IOException | RuntimeException e) {
            controlPlane.close();
            throw e;
        }
    }

    /// The whole of it: snapshots flow from registry and Galley through the assembly to Pilot and
    /// Mixer, and only then the ports open.
    private void open() throws IOException {
        Files.createDirectories(settings.stateFolder());
        Trust trust = parts.add(openTrust());
        EventLoops loops = parts.add(new EventLoops(1));
        ScheduledExecutorService pushes =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("pushes").factory());
        parts.add(pushes::shutdownNow);
        Pilot pilot = new Pilot(pilotSettings(), Ticker.SYSTEM, Timer.of(pushes));
        Mixer mixer = new Mixer(metrics, Ticker.SYSTEM);
        MeshAssembly mesh =
                new MeshAssembly(
                        settings.mesh(),
                        snapshot -> {
                            pilot.publish(snapshot);
                            mixer.publish(snapshot);
                        });
        parts.add(trust.followRoots(mesh::roots));
        MeshStatus status =
                new MeshStatus(mesh::newest, proxies, pilot::diagnostics, Clock.systemUTC());
        Catalog catalog = openCatalog(mesh);
        IssuerKeys keys = parts.add(new IssuerKeys(settings.keyFetch(), mesh::keys));
        ConfigurationPart configuration =
                parts.add(
                        new ConfigurationPart(
                                settings,
                                surroundings.sources(),
                                p -> take(p, mesh, keys, status),
                                config -> Pilot.dryRun(pilotSettings(), mesh.with(config))));

        openMeshPorts(loops, trust, pilot, mixer, catalog);
        openTelemetryPorts(loops, mixer, DebugPages.of(proxies::connected, mesh::newest));
        parts.add(
                ControlSocket.open(
                        settings.controlSocket(),
                        loops,
                        List.of(
                                new ControlAdapter(
                                        trust.keys(),
                                        trust.tokens(),
                                        settings.mesh().trustDomain(),
                                        status,
                                        () ->
                                                MeshAnswer.of(
                                                        settings.configFolders(), mesh.newest()),
                                        metrics,
                                        mixer.traces()),
                                configuration.adapter(proxies, pilot::given))));
    }

    private Trust openTrust() throws IOException {
        MeshSettings mesh = settings.mesh();
        return Trust.open(
                settings.authority(),
                settings.stateFolder(),
                new SpiffeId(mesh.trustDomain(), mesh.rootNamespace(), "istiod"),
                metrics);
    }

    private PilotSettings pilotSettings() {
        return settings.plainXds().isPresent()
                ? PilotSettings.DEFAULT.withTrustedNodeClaims()
                : PilotSettings.DEFAULT;
    }

    private Catalog openCatalog(MeshAssembly mesh) {
        RegistrationFile file =
                new RegistrationFile(
                        settings.stateFolder().resolve("instances"), settings.mesh().trustDomain());
        Catalog catalog =
                new Catalog(
                        CatalogSettings.DEFAULT,
                        settings.mesh().domainSuffix(),
                        Ticker.SYSTEM,
                        mesh::services,
                        file::save);
        catalog.restore(file.load());
        parts.add(new LeaseClock(catalog, CatalogSettings.DEFAULT.heartbeat().dividedBy(2)));
        return catalog;
    }

    private void take(
            Publication publication, MeshAssembly mesh, IssuerKeys keys, MeshStatus status) {
        findings.say(publication.diagnostics());
        switch (publication) {
            case Publication.Accepted(var config, var diagnostics) -> {
                mesh.config(config);
                keys.follow(KeySources.of(config, settings.keyFetch().timeout()));
                List<Diagnostic> found = new ArrayList<>(diagnostics);
                found.addAll(Pilot.dryRun(pilotSettings(), mesh.newest()));
                status.found(found, true);
            }
            case Publication.Refused(var _, var diagnostics) -> status.found(diagnostics, false);
        }
    }

    private void openMeshPorts(
            EventLoops loops, Trust trust, Pilot pilot, Mixer mixer, Catalog catalog)
            throws IOException {
        var trustDomain = settings.mesh().trustDomain();
        AdsServer ads = new AdsServer(pilot, proxies, AdsSettings.DEFAULT, loops.services());
        List<BindableService> services = new ArrayList<>();
        mixer.services().forEach(s -> services.add(Guard.proven(s)));
        services.add(Guard.proven(ads.aggregated()));
        services.add(
                Guard.proven(
                        new RegistryAdapter(
                                catalog,
                                CatalogSettings.DEFAULT,
                                trustDomain,
                                PeerIdentity::current)));
        services.add(Guard.behind(trust.certificates(senders()), new BearerToken()));
        parts.add(
                XdsServerPort.tls(address(settings.secured()), trust.tls(), loops.tcp(), services));
        if (settings.plainXds().isPresent()) {
            parts.add(
                    XdsServerPort.plainText(
                            address(settings.plainXds().get()),
                            loops.tcp(),
                            List.of(ads.aggregated())));
        }
    }

    private List<Authenticator> senders() throws IOException {
        List<Authenticator> senders = new ArrayList<>();
        if (!settings.issuers().isEmpty()) {
            TokenIssuers issuers =
                    parts.add(
                            TokenIssuers.open(
                                    settings.issuers(),
                                    settings.mesh().trustDomain(),
                                    settings.keyFetch(),
                                    Clock.systemUTC()));
            senders.addAll(issuers.authenticators());
        }
        senders.addAll(surroundings.authenticators());
        return senders;
    }

    private void openTelemetryPorts(
            EventLoops loops, Mixer mixer, Map<String, Supplier<String>> pages) throws IOException {
        parts.add(
                new TelemetryPort(
                        address(settings.otlpGrpc()),
                        loops.tcp(),
                        List.of(
                                new MetricsAdapter(mixer.applicationMetrics()),
                                new TraceAdapter(mixer.traces()))));
        parts.add(
                new OtlpHttpServer(
                        address(settings.otlpHttp()), mixer.applicationMetrics(), mixer.traces()));
        parts.add(new MetricsPort(address(settings.metrics()), metrics, pages));
    }

    private static InetSocketAddress address(HostPort at) {
        return new InetSocketAddress(at.host(), at.port());
    }

    @Override
    public void close() {
        parts.close();
    }

    private static void notClosed(AutoCloseable part, Exception e) {
        LOG.warn("{} did not close: {}", part.getClass().getSimpleName(), e.toString());
    }
}
