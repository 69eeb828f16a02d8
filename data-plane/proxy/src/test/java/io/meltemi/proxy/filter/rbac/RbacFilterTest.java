package io.meltemi.proxy.filter.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBAC;
import io.envoyproxy.envoy.extensions.filters.http.rbac.v3.RBACPerRoute;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.filter.FilterFixture;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.HttpFilter.Verdict;
import io.meltemi.proxy.filter.testing.FakeFilterStream;
import io.meltemi.proxy.http.LocalReply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RbacFilterTest {
    private static final String CALLER = "spiffe://mesh/ns/shop/sa/invoice";
    private final FilterFixture fixture = new FilterFixture();

    private FakeFilterStream call() {
        return fixture.stream()
                .header(":path", "/orders/7?full=1")
                .header(":method", "POST")
                .header("x-role", "admin")
                .peer(CALLER)
                .serverName("outbound.shop")
                .remote("203.0.113.9", "10.1.2.3")
                .local("10.9.0.1", 8443)
                .filterState("io.istio.peer_principal", CALLER);
    }

    private static String rules(String action, String permission, String principal) {
        return """
        {"rules": {"action": "%s", "policies": {"p": {
          "permissions": [%s], "principals": [%s]}}}}
        """
                .formatted(action, permission, principal);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"any": true} | true
                    {"header": {"name": ":method", "string_match": {"exact": "POST"}}} | true
                    {"header": {"name": "host", "string_match": {"exact": "shop.example"}}} | true
                    {"header": {"name": "x-role", "string_match": {"exact": "user"}}} | false
                    {"url_path": {"path": {"exact": "/orders/7"}}} | true
                    {"url_path": {"path": {"suffix": "full=1"}}} | false
                    {"destination_ip": {"address_prefix": "10.9.0.0", "prefix_len": 16}} | true
                    {"destination_ip": {"address_prefix": "10.9.0.2", "prefix_len": 32}} | false
                    {"destination_port": 8443} | true
                    {"destination_port": 80} | false
                    {"destination_port_range": {"start": 8000, "end": 8444}} | true
                    {"destination_port_range": {"start": 8000, "end": 8443}} | false
                    {"requested_server_name": {"prefix": "outbound."}} | true
                    {"not_rule": {"destination_port": 80}} | true
                    {"and_rules": {"rules": [{"any": true}, {"destination_port": 80}]}} | false
                    {"or_rules": {"rules": [{"destination_port": 80}, {"any": true}]}} | true
                    """)
    void permissions(String permission, boolean allowed) {
        HttpFilter filter =
                fixture.filter(RBAC.newBuilder(), rules("ALLOW", permission, "{\"any\": true}"));

        assertThat(filter.onRequest(call()))
                .isEqualTo(allowed ? Verdict.CONTINUE : Verdict.ANSWERED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {"authenticated": {}} | true
                    {"authenticated": {"principal_name": {"exact": "spiffe://mesh/ns/shop/sa/invoice"}}} | true
                    {"authenticated": {"principal_name": {"safe_regex": {"regex": ".*/ns/shop/.*"}}}} | true
                    {"authenticated": {"principal_name": {"safe_regex": {"regex": "ns/shop"}}}} | false
                    {"authenticated": {"principal_name": {"prefix": "spiffe://mesh/ns/other/"}}} | false
                    {"filter_state": {"key": "io.istio.peer_principal", "string_match": {"suffix": "/sa/invoice"}}} | true
                    {"filter_state": {"key": "absent", "string_match": {"prefix": "s"}}} | false
                    {"remote_ip": {"address_prefix": "203.0.113.0", "prefix_len": 24}} | true
                    {"remote_ip": {"address_prefix": "10.1.0.0", "prefix_len": 16}} | false
                    {"direct_remote_ip": {"address_prefix": "10.1.0.0", "prefix_len": 16}} | true
                    {"source_ip": {"address_prefix": "10.1.0.0", "prefix_len": 16}} | true
                    {"source_ip": {"address_prefix": "10.1.2.0", "prefix_len": 31}} | false
                    {"remote_ip": {"address_prefix": "::", "prefix_len": 0}} | false
                    {"header": {"name": "x-role", "string_match": {"exact": "admin"}}} | true
                    {"url_path": {"path": {"prefix": "/orders/"}}} | true
                    {"not_id": {"authenticated": {}}} | false
                    {"and_ids": {"ids": [{"any": true}, {"authenticated": {}}]}} | true
                    {"or_ids": {"ids": [{"not_id": {"any": true}}, {"authenticated": {}}]}} | true
                    """)
    void principals(String principal, boolean allowed) {
        HttpFilter filter =
                fixture.filter(RBAC.newBuilder(), rules("ALLOW", "{\"any\": true}", principal));

        assertThat(filter.onRequest(call()))
                .isEqualTo(allowed ? Verdict.CONTINUE : Verdict.ANSWERED);
    }

    /// Never in the response: it names attributes, not what the caller would have to write.
    @Test
    void logsCanSayWhichPolicyWasNearestToARequestThatNoneMatched() {
        HttpFilter filter =
                fixture.filter(
                        RBAC.newBuilder(),
                        rules(
                                "ALLOW",
                                """
                                {"and_rules": {"rules": [
                                  {"header": {"name": ":method", "string_match": {"exact": "GET"}}},
                                  {"header": {"name": "x-role", "string_match": {"exact": "key"}}}
                                ]}}
                                """,
                                "{\"any\": true}"));
        FakeFilterStream stream = call();

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.ANSWERED);
        assertThat(stream.dynamicMetadata("meltemi.rbac"))
                .isEqualTo(
                        Map.of(
                                "nearest_policy_id",
                                "p",
                                "missed_attributes",
                                "method,header x-role"));
        assertThat(String.valueOf(stream.reply())).doesNotContain("x-role", "admin");
    }

    @Test
    void aRequestThatIsDeniedByAPolicyHasNoNearest() {
        HttpFilter filter =
                fixture.filter(
                        RBAC.newBuilder(), rules("DENY", "{\"any\": true}", "{\"any\": true}"));
        FakeFilterStream stream = call();

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.ANSWERED);
        assertThat(stream.dynamicMetadata("meltemi.rbac")).isNull();
    }

    /// Envoy: a rule about one name holds for whoever has it among others.
    @ParameterizedTest
    @CsvSource({"spiffe://mesh/ns/a/sa/x", "spiffe://mesh/ns/b/sa/y", "y.b.example", "CN=y"})
    void everyNameOfACertificateCounts(String name) {
        HttpFilter filter =
                fixture.filter(
                        RBAC.newBuilder(),
                        rules(
                                "DENY",
                                "{\"any\": true}",
                                "{\"authenticated\": {\"principal_name\": {\"exact\": \""
                                        + name
                                        + "\"}}}"));
        FakeFilterStream stream =
                call().peerNames(
                                List.of(
                                        "spiffe://mesh/ns/a/sa/x",
                                        "spiffe://mesh/ns/b/sa/y",
                                        "y.b.example",
                                        "CN=y"));

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.ANSWERED);
        assertThat(filter.onRequest(call())).isEqualTo(Verdict.CONTINUE);
    }

    @Test
    void nobodyIsAuthenticatedWithoutMutualTls() {
        HttpFilter filter =
                fixture.filter(
                        RBAC.newBuilder(),
                        rules("ALLOW", "{\"any\": true}", "{\"authenticated\": {}}"));

        assertThat(filter.onRequest(fixture.stream())).isEqualTo(Verdict.ANSWERED);
    }

    /// Istio: request principals are metadata of the token filter under `payload`.
    @ParameterizedTest
    @CsvSource({"https://issuer, true", "https://other, false"})
    void metadataOfTheTokenFilterIsAPrincipal(String issuer, boolean allowed) {
        HttpFilter filter =
                fixture.filter(
                        RBAC.newBuilder(),
                        rules(
                                "ALLOW",
                                "{\"any\": true}",
                                """
                                {"and_ids": {"ids": [
                                  {"metadata": {"filter": "envoy.filters.http.jwt_authn",
                                    "path": [{"key": "payload"}, {"key": "iss"}],
                                    "value": {"string_match": {"exact": "https://issuer"}}}},
                                  {"metadata": {"filter": "envoy.filters.http.jwt_authn",
                                    "path": [{"key": "payload"}, {"key": "groups"}],
                                    "value": {"list_match": {"one_of":
                                      {"string_match": {"exact": "staff"}}}}}}]}}
                                """));
        FakeFilterStream stream = call();
        stream.setDynamicMetadata(
                "envoy.filters.http.jwt_authn",
                Map.of("payload", Map.of("iss", issuer, "groups", List.of("staff", "x"))));

        assertThat(filter.onRequest(stream))
                .isEqualTo(allowed ? Verdict.CONTINUE : Verdict.ANSWERED);
    }

    /// Asked of Envoy 1.40: reply, details without white space, counters, dynamic metadata.
    @Test
    void aDenialNamesItsPolicyInTheDetails() {
        HttpFilter filter =
                fixture.filter(
                        RBAC.newBuilder(),
                        """
                        {"rules": {"action": "DENY", "policies": {
                          "b deny": {"permissions": [{"url_path": {"path": {"prefix": "/"}}}],
                            "principals": [{"any": true}]},
                          "c": {"permissions": [{"any": true}], "principals": [{"any": true}]}}},
                         "shadow_rules": {"policies": {}}, "shadow_rules_stat_prefix": "pre_"}
                        """);
        FakeFilterStream stream = call();

        filter.onRequest(stream);

        assertThat(stream.reply())
                .isEqualTo(
                        new LocalReply(
                                403,
                                "RBAC: access denied",
                                null,
                                "rbac_access_denied_matched_policy[b_deny]",
                                Map.of()));
        assertThat(stream.dynamicMetadata("envoy.filters.http.rbac"))
                .isEqualTo(
                        Map.of(
                                "enforced_effective_policy_id", "b deny",
                                "enforced_engine_result", "denied",
                                "pre_shadow_engine_result", "denied"));
        assertThat(fixture.context().counts())
                .isEqualTo(
                        Map.of(
                                "http.test.rbac.denied", 1L,
                                "http.test.rbac.pre_.shadow_denied", 1L));
    }

    @Test
    void withoutAnyPolicyAllowDeniesAllAndDenyNone() {
        HttpFilter allow =
                fixture.filter(RBAC.newBuilder(), "{\"rules\": {\"action\": \"ALLOW\"}}");
        HttpFilter deny = fixture.filter(RBAC.newBuilder(), "{\"rules\": {\"action\": \"DENY\"}}");
        HttpFilter none = fixture.filter(RBAC.newBuilder(), "{}");

        assertThat(allow.onRequest(call())).isEqualTo(Verdict.ANSWERED);
        assertThat(deny.onRequest(call())).isEqualTo(Verdict.CONTINUE);
        assertThat(none.onRequest(call())).isEqualTo(Verdict.CONTINUE);
    }

    @Test
    void loggingRulesLetAllPassAndLeaveAHint() {
        HttpFilter filter =
                fixture.filter(
                        RBAC.newBuilder(), rules("LOG", "{\"any\": true}", "{\"any\": true}"));
        FakeFilterStream stream = call();

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.CONTINUE);
        assertThat(stream.dynamicMetadata("envoy.common"))
                .isEqualTo(Map.of("access_log_hint", true));
    }

    @Test
    void aRouteReplacesTheRules() {
        HttpFilter filter =
                fixture.filter(RBAC.newBuilder(), "{\"rules\": {\"action\": \"ALLOW\"}}");
        FakeFilterStream stream =
                call().routeConfig(
                                FilterFixture.NAME,
                                fixture.perRoute(RBACPerRoute.newBuilder(), "{}"));

        assertThat(filter.onRequest(stream)).isEqualTo(Verdict.CONTINUE);
    }

    @Test
    void whatIsNotSupportedIsRefusedByName() {
        assertThat(
                        fixture.problems(
                                RBAC.newBuilder(),
                                """
                                {"rules": {"audit_logging_options": {}, "policies": {"p": {
                                  "permissions": [{"uri_template": {"name": "x"}}],
                                  "principals": [{"source_ip": {"address_prefix": "nowhere"}}]}}}}
                                """))
                .containsExactlyInAnyOrder(
                        "rules.audit_logging_options: is not supported",
                        "rules.policies[p].permissions[0].uri_template.typed_config: '' is no"
                                + " UriTemplateMatchConfig",
                        "rules.policies[p].principals[0].source_ip.address_prefix: 'nowhere' is no"
                                + " address");
    }

    @Test
    void connectionsAreAskedTheSameRules() {
        ConfigPlace at = ConfigPlace.root("");
        NetworkRbac rbac =
                NetworkRbac.compile(
                        FilterFixture.any(
                                io.envoyproxy.envoy.extensions.filters.network.rbac.v3.RBAC
                                        .newBuilder(),
                                """
                                {"stat_prefix": "tcp.", "rules": {"action": "DENY", "policies": {
                                  "ns": {"permissions": [{"destination_port": 8443}], "principals":
                                    [{"authenticated": {"principal_name":
                                       {"prefix": "spiffe://mesh/ns/shop/"}}}]}}}}
                                """),
                        at,
                        fixture.context().context().rootStats());

        assertThat(at.problems()).isEmpty();
        assertThat(rbac).isNotNull();
        assertThat(java.util.Objects.requireNonNull(rbac).denial(call()))
                .isEqualTo("rbac_access_denied_matched_policy[ns]");
        assertThat(rbac.denial(call().local("10.9.0.1", 80))).isNull();
        assertThat(fixture.context().counts())
                .isEqualTo(Map.of("tcp.rbac.denied", 1L, "tcp.rbac.allowed", 1L));
    }
}
