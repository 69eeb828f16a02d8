package io.meltemi.testkit.authorization;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.meltemi.pilot.translate.security.RbacTranslation;
import io.meltemi.proxy.config.Extensions;
import io.meltemi.testkit.security.Identities;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// A listener `web` whose routes carry the policies of one variant each, chosen by the header
/// `x-case`, and a listener `tcp-N` for each variant that decides on connections. Whoever is let in
/// gets 200. The caller says in a line of the PROXY protocol where it comes from and where to.
/// Thread-safe: stateless.
final class DecisionBootstrap {
    private static final String TYPE = "\"@type\": type.googleapis.com/envoy.extensions.";

    /// Signs that stand in no certificate and no JSON mark what is filled in.
    private static final String LISTENER =
            """
              - name: <NAME>
                address: {socket_address: {address: 127.0.0.1, port_value: 0}}
                listener_filters:
                - {name: proxy, typed_config: {TYPEfilters.listener.proxy_protocol.v3.ProxyProtocol}}
                - {name: tls, typed_config: {TYPEfilters.listener.tls_inspector.v3.TlsInspector}}
                filter_chains:
                - transport_socket:
                    name: tls
                    typed_config:
                      TYPEtransport_sockets.tls.v3.DownstreamTlsContext
                      common_tls_context:
                        tls_certificates: [{certificate_chain: {inline_string: <CHAIN>}, private_key: {inline_string: <KEY>}}]
                        validation_context: {trusted_ca: {inline_string: <ROOT>}}
                  filters: [<NETWORK>
                    {name: manager, typed_config: {
                      TYPEfilters.network.http_connection_manager.v3.HttpConnectionManager,
                      stat_prefix: decisions,
                      http_protocol_options: {allow_custom_methods: true},
                      local_reply_config: {mappers: [{
                        filter: {status_code_filter: {comparison: {op: GE, value: {default_value: 400, runtime_key: none}}}},
                        headers_to_add: [{header: {key: x-details, value: "%RESPONSE_CODE_DETAILS%"}}]}]},
                      route_config: {name: routes, virtual_hosts: [{name: all, domains: ["*"], routes: <ROUTES>}]},
                      http_filters: <FILTERS>}}]
            """
                    .replace("TYPE", TYPE);

    private static final String ROUTER =
            "{name: router, typed_config: {" + TYPE + "filters.http.router.v3.Router}}";

    private final Identities identities;
    private final Issuer issuer;

    DecisionBootstrap(Identities identities, Issuer issuer) {
        this.identities = identities;
        this.issuer = issuer;
    }

    String of(List<Variant> requests, List<Variant> connections) throws IOException {
        StringBuilder text =
                new StringBuilder("node: {id: decisions, cluster: test}\nstatic_resources:\n");
        text.append("  listeners:\n");
        List<String> routes = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            routes.addAll(routes(i, requests.get(i)));
        }
        text.append(listener("web", "", filters(), routes));
        for (int i = 0; i < connections.size(); i++) {
            StringBuilder network = new StringBuilder();
            for (Filter filter : RbacTranslation.network(connections.get(i).policies())) {
                network.append(json(filter)).append(',');
            }
            text.append(
                    listener(
                            "tcp-" + i,
                            network.toString(),
                            "[" + ROUTER + "]",
                            List.of("{match: {prefix: /}, direct_response: {status: 200}}")));
        }
        return text.toString();
    }

    private String listener(String name, String network, String filters, List<String> routes)
            throws IOException {
        return LISTENER.replace("<NAME>", name)
                .replace("<CHAIN>", quoted(identities.pem(List.of("server.example"))))
                .replace("<KEY>", quoted(identities.keyPem()))
                .replace("<ROOT>", quoted(identities.rootPem()))
                .replace("<NETWORK>", network)
                .replace("<FILTERS>", filters)
                .replace("<ROUTES>", "[" + String.join(",", routes) + "]");
    }

    /// As in front of a workload: tokens, what another filter noted, what is marked, denied, and
    /// allowed.
    private String filters() {
        String jwt =
                "{name: jwt, typed_config: {"
                        + TYPE
                        + "filters.http.jwt_authn.v3.JwtAuthentication, providers: {any:"
                        + " {payload_in_metadata: payload, local_jwks: {inline_string: "
                        + quoted(issuer.jwks())
                        + "}}}, rules: [{match: {prefix: /}, requires: {requires_any: {requirements:"
                        + " [{provider_name: any}, {allow_missing_or_failed: {}}]}}}]}}";
        String note =
                "{name: note, typed_config: {" + TYPE + "filters.http.set_metadata.v3.Config}}";
        String policies =
                List.of("LOG", "DENY", "ALLOW").stream()
                        .map(action ->
                                "{name: "
                                        + action
                                        + ", typed_config: {"
                                        + TYPE
                                        + "filters.http.rbac.v3.RBAC}}")
                        .collect(Collectors.joining(", "));
        return "[" + String.join(", ", jwt, note, policies, ROUTER) + "]";
    }

    /// One for each text that some call has an earlier filter note, and one without.
    private static List<String> routes(int number, Variant variant) throws IOException {
        Map<String, String> configs = new TreeMap<>();
        for (HttpFilter filter : RbacTranslation.http(variant.policies())) {
            RBAC rules = RBAC.parseFrom(filter.getTypedConfig().getValue());
            String action =
                    (rules.hasRules() ? rules.getRules() : rules.getShadowRules())
                            .getAction()
                            .name();
            configs.put(
                    action,
                    "{" + TYPE + "filters.http.rbac.v3.RBACPerRoute, rbac: " + json(rules) + "}");
        }
        List<String> routes = new ArrayList<>();
        for (Map<String, String> notes :
                variant.calls().stream()
                        .map(call -> call.group("note:"))
                        .filter(each -> !each.isEmpty())
                        .collect(
                                Collectors.toCollection(() ->
                                        new TreeSet<>((a, b) -> note(a).compareTo(note(b)))))) {
            Map<String, String> all = new TreeMap<>(configs);
            all.put("note", setting(notes));
            routes.add(route(number, header("x-note", note(notes)), all));
        }
        routes.add(route(number, "", configs));
        return routes;
    }

    /// What a call says of what is to be noted.
    static String note(Map<String, String> notes) {
        return notes.toString();
    }

    private static String setting(Map<String, String> notes) {
        return notes.entrySet().stream()
                .map(each -> {
                    String[] place = each.getKey().split("/", 2);
                    return "{metadata_namespace: "
                            + place[0]
                            + ", value: {"
                            + quoted(place[1])
                            + ": "
                            + quoted(each.getValue())
                            + "}}";
                })
                .collect(
                        Collectors.joining(
                                ",",
                                "{" + TYPE + "filters.http.set_metadata.v3.Config, metadata: [",
                                "]}"));
    }

    private static String route(int number, String more, Map<String, String> configs) {
        String tried =
                List.of("allow", "deny").stream()
                        .map(action ->
                                "{header: {key: x-tried-"
                                        + action
                                        + ", value:"
                                        + " \"%DYNAMIC_METADATA(envoy.filters.http.rbac:istio_dry_run_"
                                        + action
                                        + "_shadow_engine_result)%\"}}")
                        .collect(Collectors.joining(", "));
        return configs.entrySet().stream()
                .map(each -> each.getKey() + ": " + each.getValue())
                .collect(
                        Collectors.joining(
                                ", ",
                                "{match: {prefix: /, headers: ["
                                        + header("x-case", "" + number)
                                        + more
                                        + "]}, direct_response: {status: 200}, response_headers_to_add: ["
                                        + tried
                                        + "], typed_per_filter_config: {",
                                "}}"));
    }

    private static String header(String name, String value) {
        return "{name: " + name + ", string_match: {exact: " + quoted(value) + "}},";
    }

    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private static String json(Message message) throws InvalidProtocolBufferException {
        return JsonFormat.printer()
                .usingTypeRegistry(Extensions.shownRegistry())
                .omittingInsignificantWhitespace()
                .print(message);
    }
}
