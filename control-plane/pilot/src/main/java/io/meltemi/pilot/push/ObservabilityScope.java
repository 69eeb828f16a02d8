package io.meltemi.pilot.push;

import io.meltemi.model.config.AccessLogFile;
import io.meltemi.model.config.ExtensionProvider;
import io.meltemi.model.config.ExtensionProvider.FileLog;
import io.meltemi.model.config.ExtensionProvider.Logging;
import io.meltemi.model.config.MeshConfig;
import io.meltemi.model.config.Telemetry;
import io.meltemi.model.config.Telemetry.CustomTag;
import io.meltemi.model.config.Telemetry.Mode;
import io.meltemi.model.config.Telemetry.Tracing;
import io.meltemi.pilot.PilotSettings;
import io.meltemi.pilot.scope.Callee;
import io.meltemi.pilot.scope.MeshView;
import io.meltemi.pilot.scope.ProxyNode;
import io.meltemi.pilot.scope.ServiceScope;
import io.meltemi.pilot.scope.Telemetries;
import io.meltemi.pilot.translate.listener.LogFormats;
import io.meltemi.pilot.translate.listener.Observability;
import io.meltemi.pilot.translate.listener.Observability.Side;
import io.meltemi.pilot.translate.listener.Observability.Spans;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// What a proxy tells of its requests, and what it says of itself in its spans. Confined to one
/// translation.
final class ObservabilityScope {
    private final PilotSettings settings;
    private final Telemetries telemetries;
    private final MeshConfig mesh;
    private final ProxyNode node;
    private final List<Telemetry> written;
    private final Supplier<ServiceScope> scope;

    private ObservabilityScope(
            PilotSettings settings, MeshView mesh, ProxyNode node, Supplier<ServiceScope> scope) {
        this.settings = settings;
        this.telemetries = mesh.telemetries();
        this.mesh = mesh.settings().config();
        this.node = node;
        this.written = telemetries.of(node);
        this.scope = scope;
    }

    /// @param scope what the proxy sees, when that is needed
    static Observability of(
            PilotSettings settings, MeshView mesh, ProxyNode node, Supplier<ServiceScope> scope) {
        ObservabilityScope found = new ObservabilityScope(settings, mesh, node, scope);
        return new Observability(
                settings.telemetry(), found.side(Mode.CLIENT), found.side(Mode.SERVER));
    }

    private Side side(Mode side) {
        return new Side(logs(side), spans(side));
    }

    /// The control plane's own file counts where nothing is written.
    private List<Logging> logs(Mode side) {
        Optional<List<Logging>> asked =
                telemetries
                        .logs(written, side)
                        .map(all -> all.stream().flatMap(p -> log(p).stream()).toList());
        return asked.orElseGet(() ->
                mesh
                        .accessLog()
                        .or(() ->
                                settings.accessLogPath()
                                        .map(path -> new AccessLogFile(path, LogFormats.own())))
                        .<Logging>map(file -> new FileLog(file, false))
                        .stream()
                        .toList());
    }

    private Optional<Logging> log(ExtensionProvider provider) {
        return provider.role() instanceof Logging log && log.callee().map(this::isSeen).orElse(true)
                ? Optional.of(log)
                : Optional.empty();
    }

    private boolean isSeen(ExtensionProvider.Target target) {
        return Callee.of(target, scope.get()).isPresent();
    }

    /// Istio: spans for a provider that is not there are not made.
    private Optional<Spans> spans(Mode side) {
        List<Tracing> tracing = telemetries.tracing(written, side);
        boolean disabled =
                tracing.reversed().stream()
                        .flatMap(t -> t.disableSpanReporting().stream())
                        .findFirst()
                        .orElse(!mesh.tracing().enabled());
        if (!settings.tracing() || disabled) {
            return Optional.empty();
        }
        Optional<String> named = telemetries.tracer(tracing);
        Optional<ExtensionProvider.Tracing> provider =
                named.flatMap(telemetries::provider)
                        .filter(ExtensionProvider.Tracing.class::isInstance)
                        .map(ExtensionProvider.Tracing.class::cast)
                        .filter(tracer -> isSeen(tracer.target()));
        return named.isPresent() && provider.isEmpty()
                ? Optional.empty()
                : Optional.of(spans(tracing, provider));
    }

    private Spans spans(List<Tracing> tracing, Optional<ExtensionProvider.Tracing> provider) {
        NavigableMap<String, CustomTag> tags = new TreeMap<>();
        boolean own =
                tracing.reversed().stream()
                        .flatMap(t -> t.enableIstioTags().stream())
                        .findFirst()
                        .orElse(true);
        if (own) {
            tags.put("istio.canonical_service", new CustomTag.Literal(node.app()));
            tags.put("istio.canonical_revision", new CustomTag.Literal(node.version()));
            tags.put("istio.namespace", new CustomTag.Literal(node.namespace()));
        }
        tracing.reversed().stream()
                .flatMap(t -> t.customTags().stream())
                .findFirst()
                .ifPresent(tags::putAll);
        double sampling =
                tracing.reversed().stream()
                        .flatMapToDouble(t -> t.samplingPercent().stream())
                        .findFirst()
                        .orElse(
                                mesh.tracing()
                                        .samplingPercent()
                                        .orElse(settings.tracingSamplingPercent()));
        return new Spans(
                provider,
                sampling,
                node.app() + "." + node.namespace(),
                tags,
                // Istio: only gateways, whose callers send no span of their own.
                node.type() == ProxyNode.Type.ROUTER);
    }
}
