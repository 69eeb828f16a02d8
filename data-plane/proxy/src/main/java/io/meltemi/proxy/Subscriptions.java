package io.meltemi.proxy;

import io.meltemi.xds.client.AdsClient;
import io.meltemi.xds.client.AdsTransport;
import io.meltemi.xds.client.ResourceListener;
import io.meltemi.xds.snapshot.ResourceType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Who is asked for what: the stream of all types, and a stream to each server of secrets. Confined
/// to the configuration thread.
final class Subscriptions {
    private final ProxyRuntime runtime;
    private final ResourceListener listener;
    private final Map<String, AdsClient> secretClients = new HashMap<>();
    private final Set<String> secretsAsked = new HashSet<>();
    private @Nullable AdsClient ads;

    Subscriptions(ProxyRuntime runtime, ResourceListener listener) {
        this.runtime = runtime;
        this.listener = listener;
    }

    /// Makes the stream of all types, if the bootstrap names one; it is opened by [#start].
    void connect() {
        var config = runtime.bootstrap().getDynamicResources().getAdsConfig();
        if (config.getGrpcServicesCount() > 0) {
            ads =
                    client(
                            config.getGrpcServices(0).getEnvoyGrpc().getClusterName(),
                            AdsTransport.AGGREGATED);
        }
    }

    void start() {
        if (ads != null) {
            ads.start();
        }
    }

    boolean isConnected() {
        return ads != null;
    }

    private AdsClient client(String cluster, AdsTransport transport) {
        return new AdsClient(
                runtime.channels().channel(cluster),
                transport,
                runtime.bootstrap().getNode().toBuilder().setUserAgentName("meltemi").build(),
                runtime.configurationThread(),
                new SplittableRandom(),
                listener);
    }

    void wantAll(ResourceType type) {
        if (ads != null) {
            ads.subscribeAll(type);
        }
    }

    void want(ResourceType type, Set<String> names) {
        if (ads != null && !names.isEmpty()) {
            ads.subscribe(type, names);
        }
    }

    void wantNoMore(ResourceType type, Set<String> names) {
        if (ads != null && !names.isEmpty()) {
            ads.unsubscribe(type, names);
        }
    }

    /// @param wanted by the secret's name the cluster of its server, or [SecretSources#ADS]
    void wantSecrets(Map<String, String> wanted) {
        wanted.forEach((name, cluster) -> {
            if (!secretsAsked.add(name)) {
                return;
            }
            AdsClient client = cluster.equals(SecretSources.ADS) ? ads : secrets(cluster);
            if (client != null) {
                client.subscribe(ResourceType.SECRET, List.of(name));
            }
        });
    }

    private AdsClient secrets(String cluster) {
        AdsClient known = secretClients.get(cluster);
        if (known == null) {
            known = client(cluster, AdsTransport.SECRETS);
            secretClients.put(cluster, known);
            known.start();
        }
        return known;
    }

    void close() {
        if (ads != null) {
            ads.close();
        }
        secretClients.values().forEach(AdsClient::close);
    }
}
