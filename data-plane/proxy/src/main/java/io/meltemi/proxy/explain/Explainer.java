package io.meltemi.proxy.explain;

import io.meltemi.proxy.OfflineProxy;
import io.meltemi.proxy.cluster.Cluster;
import io.meltemi.proxy.cluster.ClusterSettings.Discovery;
import io.meltemi.proxy.cluster.Endpoint;
import io.meltemi.proxy.cluster.balance.LoadBalancer;
import io.meltemi.proxy.cluster.balance.LoadBalancerContext;
import io.meltemi.proxy.decide.DecisionLog;
import io.meltemi.proxy.decide.route.Forwarding;
import io.meltemi.proxy.explain.Call.Security;
import io.meltemi.proxy.explain.Hop.End;
import io.meltemi.proxy.filter.network.NetworkFilter;
import io.meltemi.proxy.filter.rbac.NetworkRbac;
import io.meltemi.proxy.http.ExplainedExchange;
import io.meltemi.proxy.http.HttpConnection;
import io.meltemi.proxy.http.HttpSettings;
import io.meltemi.proxy.listener.ConnectionFacts;
import io.meltemi.proxy.listener.FilterChain;
import io.meltemi.proxy.listener.ListenerHandOff;
import io.meltemi.proxy.listener.ListenerSettings;
import io.meltemi.proxy.observe.AddressText;
import io.meltemi.proxy.observe.ConnectionRecord;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Walks a request through one proxy, from its listener to an endpoint, by the code of traffic.
/// Confined to one thread.
public final class Explainer {
    private static final String TOKENS = "envoy.filters.http.jwt_authn";

    private final OfflineProxy proxy;

    public Explainer(OfflineProxy proxy) {
        this.proxy = proxy;
    }

    /// @param accepting the name of the listener that the connection comes to
    /// @throws IllegalArgumentException when the proxy has no such listener
    public Hop explain(String accepting, Call call) {
        ListenerSettings first =
                proxy.listeners().stream()
                        .filter(listener -> listener.name().equals(accepting))
                        .findFirst()
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "there is no listener '" + accepting + "'"));
        ListenerSettings listener =
                first.handsOff()
                        ? ListenerHandOff.find(proxy.listeners(), first, each -> each, call.to())
                        : first;
        FilterChain chain = listener.chainFor(facts(listener, call));
        if (chain == null) {
            return refused(listener, "", call, "no filter chain is for " + security(call));
        }
        DecisionLog log = new DecisionLog();
        String denial = denied(chain.filters(), call, log);
        if (denial != null) {
            return ended(listener, chain.name(), call, log, new End.Refused(denial));
        }
        return switch (chain.terminal()) {
            case FilterChain.Terminal.Http(HttpSettings settings) ->
                    http(listener, chain, settings, call);
            case FilterChain.Terminal.Tcp(var tcp) ->
                    ended(listener, chain.name(), call, log, new End.Connected(tcp.targets()));
            case FilterChain.Terminal.Other _ ->
                    refused(
                            listener,
                            chain.name(),
                            call,
                            "a filter of its own ends the chain, which is not explained");
        };
    }

    private static String security(Call call) {
        return call.security() instanceof Security.PlainText ? "plain text" : "such TLS";
    }

    /// What the proxy's inspectors would have found.
    private static ConnectionFacts facts(ListenerSettings listener, Call call) {
        Security.Tls tls =
                listener.tlsInspector() != null && call.security() instanceof Security.Tls seen
                        ? seen
                        : null;
        boolean looksIntoHttp = listener.httpInspector() != null && tls == null;
        return new ConnectionFacts(
                call.from(),
                call.from(),
                call.to(),
                tls == null ? "" : tls.serverName(),
                tls == null ? "raw_buffer" : "tls",
                tls != null ? tls.alpn() : looksIntoHttp ? List.of("http/1.1") : List.of());
    }

    private static @Nullable String denied(
            List<NetworkFilter> filters, Call call, DecisionLog log) {
        for (NetworkFilter filter : filters) {
            if (!(filter instanceof NetworkRbac policies)) {
                continue;
            }
            ConnectionOnly connection = new ConnectionOnly(call);
            policies.explain(connection, log);
            String denial = policies.denial(connection);
            if (denial != null) {
                return denial;
            }
        }
        return null;
    }

    private Hop http(
            ListenerSettings listener, FilterChain chain, HttpSettings settings, Call call) {
        DecisionLog log = new DecisionLog();
        EmbeddedChannel channel = new EmbeddedChannel();
        try {
            ExplainedExchange exchange =
                    new ExplainedExchange(
                            settings,
                            connection(channel, chain, call),
                            call.request(),
                            name -> proxy.cluster(name).map(Cluster::settings).orElse(null),
                            log);
            End end =
                    switch (exchange.decide()) {
                        case ExplainedExchange.End.Answered(var reply, String by) ->
                                new End.Answered(reply, by);
                        case ExplainedExchange.End.Forwarded(var forwarding, String cluster) ->
                                forwarded(forwarding, cluster);
                    };
            return new Hop(
                    listener.name(),
                    chain.name(),
                    log.entries(),
                    exchange.entry(),
                    exchange.route(),
                    exchange.request(),
                    claims(exchange.metadata(TOKENS)),
                    end);
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static Map<String, Object> claims(@Nullable Object noted) {
        Map<String, Object> claims = new java.util.HashMap<>();
        if (noted instanceof Map<?, ?> all) {
            all.values()
                    .forEach(payload -> {
                        if (payload instanceof Map<?, ?> each) {
                            each.forEach((name, value) -> claims.put(String.valueOf(name), value));
                        }
                    });
        }
        return claims;
    }

    private static HttpConnection.Facts connection(
            EmbeddedChannel channel, FilterChain chain, Call call) {
        AddressText from = AddressText.of(call.from());
        AddressText to = AddressText.of(call.to());
        ConnectionRecord.Tls tls =
                call.security() instanceof Security.Tls seen
                        ? new ConnectionRecord.Tls(
                                null,
                                null,
                                seen.identity(),
                                null,
                                null,
                                null,
                                null,
                                seen.identity() != null,
                                null)
                        : null;
        return new HttpConnection.Facts(
                channel,
                new ConnectionRecord(0, from, to, to, tls),
                call.from(),
                call.from(),
                call.to(),
                call.peer(),
                call.serverName(),
                chain.name(),
                true,
                false);
    }

    /// An endpoint that the cluster's balancer takes, by the rules it has for health.
    private End forwarded(Forwarding forwarding, String name) {
        Cluster cluster = proxy.cluster(name).orElseThrow();
        if (!(cluster.settings().discovery() instanceof Discovery.Static)) {
            return new End.Forwarded(name, forwarding, null);
        }
        LoadBalancer balancer =
                new LoadBalancer(cluster, () -> null, new SplittableRandom(0), () -> 0L);
        Endpoint endpoint =
                balancer.choose(
                        new LoadBalancerContext() {
                            @Override
                            public Map<String, Object> subset() {
                                return forwarding.subset();
                            }

                            @Override
                            public Long hash() {
                                return 0L;
                            }
                        });
        return endpoint == null
                ? new End.Answered(ExplainedExchange.noHealthyUpstream(), "")
                : new End.Forwarded(name, forwarding, endpoint);
    }

    private static Hop refused(ListenerSettings listener, String chain, Call call, String why) {
        return ended(listener, chain, call, new DecisionLog(), new End.Refused(why));
    }

    private static Hop ended(
            ListenerSettings listener, String chain, Call call, DecisionLog log, End end) {
        return new Hop(
                listener.name(), chain, log.entries(), null, null, call.request(), Map.of(), end);
    }
}
