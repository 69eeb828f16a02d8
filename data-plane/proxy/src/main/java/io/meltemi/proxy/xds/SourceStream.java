package io.meltemi.proxy.xds;

import io.grpc.Status;
import io.meltemi.proxy.observe.stats.Gauge;
import io.meltemi.proxy.observe.stats.StatsScope;
import io.meltemi.proxy.observe.stats.TextReadout;
import io.meltemi.xds.client.DiscoveryClient;
import io.meltemi.xds.client.ResourceListener;
import io.meltemi.xds.client.ResourceProblem;
import io.meltemi.xds.client.StatusText;
import io.meltemi.xds.snapshot.ResourceType;
import io.meltemi.xds.snapshot.XdsResource;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One stream to a control plane, and what it is called in statistics. Confined to the
/// configuration thread.
final class SourceStream implements ResourceListener {
    private static final Logger LOG = LoggerFactory.getLogger(SourceStream.class);

    private final XdsSource source;
    private final Subscriptions subscriptions;
    private final StatsScope scope;
    private final Gauge connected;
    private final TextReadout identifier;
    private final DiscoveryClient client;
    private List<ResourceProblem> early = List.of();

    /// @param client makes the client that tells this
    SourceStream(
            XdsSource source,
            Subscriptions subscriptions,
            StatsScope scope,
            Function<ResourceListener, DiscoveryClient> client) {
        this.source = source;
        this.subscriptions = subscriptions;
        this.scope = scope;
        this.connected = scope.gauge("connected_state");
        this.identifier = scope.text("identifier");
        connected.set(0);
        this.client = client.apply(this);
    }

    DiscoveryClient client() {
        return client;
    }

    void close() {
        client.close();
        scope.close();
    }

    @Override
    public void onProblems(ResourceType type, List<ResourceProblem> problems) {
        early = problems;
    }

    @Override
    public List<ResourceProblem> onResources(
            ResourceType type,
            List<XdsResource> changed,
            List<String> removed,
            String systemVersion) {
        List<ResourceProblem> known = early;
        early = List.of();
        return subscriptions.deliver(
                new Subscriptions.Delivery(source, type, changed, removed, systemVersion), known);
    }

    @Override
    public void onMalformed(ResourceType type, String why) {
        LOG.warn("a response of {} is refused: {}", type, why);
        subscriptions.rejected(source, type);
    }

    @Override
    public void onIdentified(String controlPlane) {
        identifier.set(controlPlane);
    }

    @Override
    public void onOpened() {
        connected.set(1);
    }

    @Override
    public void onLost() {
        connected.set(0);
        subscriptions.lost(this);
    }

    @Override
    public void onDisconnected(Status cause) {
        LOG.warn(
                "the control plane is not there, what it sent last stays in force: {}",
                StatusText.of(cause));
    }
}
