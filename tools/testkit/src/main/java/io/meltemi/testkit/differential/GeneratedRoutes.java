package io.meltemi.testkit.differential;

import io.meltemi.fixtures.Chances;
import io.meltemi.fixtures.http.Header;
import io.meltemi.fixtures.http.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes whole situations by chance: virtual hosts, routes, what upstreams answer, and requests
/// that hit and miss them. Confined to its test.
///
/// Everything is drawn from small sets, so that requests meet matchers; nothing is left to the
/// proxies' own chance: weights are decided by a header, shares are all or nothing.
public final class GeneratedRoutes {
    private static final List<String> SEGMENTS =
            List.of("a", "b", "ab", "abc", "A", "1", "12", "a.b", "a-b", "%41", "x;y=1");
    private static final List<String> HOSTS =
            List.of("one.test", "two.test", "a.wild.test", "pre.other", "ONE.test", "one.test:80");
    private static final List<String> HEADERS = List.of("x-a", "x-b", "x-kind");
    private static final List<String> VALUES =
            List.of("", "1", "2", "10", "-3", "one", "One", "on", "a,b", "one two");
    private static final List<String> EXPRESSIONS =
            List.of(
                    "/a.*",
                    "/[ab]+/?",
                    "/a(/b)?",
                    "/.*[0-9]",
                    "/(a|b)/.*",
                    "(?i)/AB.*",
                    "/ab?c?",
                    "/.*");
    private static final List<String> TEMPLATES =
            List.of("/{one}", "/a/{one}", "/*/{one=**}", "/{one}/b", "/a/**", "/{one=*}/{two=**}");
    private static final String TYPE = "@type";

    private final Chances chances;

    /// Every third situation does: then each redirect writes a line of the log of its own.
    private final boolean followsRedirects;

    private GeneratedRoutes(Chances chances, boolean followsRedirects) {
        this.chances = chances;
        this.followsRedirects = followsRedirects;
    }

    /// The situation of a seed: the same one every time.
    public static DifferentialCase of(long seed, int requests) {
        return new GeneratedRoutes(new Chances(seed), seed % 3 == 0).situation(seed, requests);
    }

    private DifferentialCase situation(long seed, int count) {
        List<Object> hosts = new ArrayList<>();
        hosts.add(host("one", List.of("one.test", "*.wild.test")));
        hosts.add(host("two", List.of("two.test", "pre.*")));
        hosts.add(host("rest", List.of("*")));
        Map<String, Object> config = new LinkedHashMap<>(Map.of("validate_clusters", false));
        mutations(config);
        some(4, config, "most_specific_header_mutations_wins", true);
        some(4, config, "ignore_port_in_host_matching", true);
        some(6, config, "ignore_path_parameters_in_path_matching", true);
        List<String> requests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            requests.add(request());
        }
        List<Reply> script = new ArrayList<>();
        for (int i = 0; i < 3 * count; i++) {
            script.add(reply(i));
        }
        String bootstrap =
                StandardBootstrap.of(hosts, List.of(), List.of(), Map.of(), Map.of(), config);
        return new DifferentialCase(
                "seed " + seed,
                bootstrap,
                script,
                requests,
                0,
                count,
                List.of(),
                "^cluster\\.(upstream|closed)\\.(upstream_rq_(retry|[0-9])|internal_redirect)",
                Map.of());
    }

    private Map<String, Object> host(String name, List<String> domains) {
        Map<String, Object> host = new LinkedHashMap<>();
        host.put("name", name);
        host.put("domains", domains);
        mutations(host);
        some(3, host, "include_request_attempt_count", true);
        some(3, host, "include_attempt_count_in_response", true);
        some(4, host, "retry_policy", retries());
        some(12, host, "require_tls", "EXTERNAL_ONLY");
        List<Object> routes = new ArrayList<>();
        // Beyond and below the number from which an index of routes is made.
        for (int i = chances.number(3, 30); i > 0; i--) {
            routes.add(route());
        }
        host.put("routes", routes);
        return host;
    }

    private Map<String, Object> route() {
        Map<String, Object> route = new LinkedHashMap<>();
        Map<String, Object> match = match();
        route.put("match", match);
        mutations(route);
        switch (chances.number(0, 9)) {
            case 0, 1 -> route.put("redirect", redirect());
            case 2, 3 -> route.put("direct_response", direct());
            default -> route.put("route", action(match.containsKey("path_match_policy")));
        }
        return route;
    }

    private Map<String, Object> match() {
        Map<String, Object> match = new LinkedHashMap<>();
        switch (chances.number(0, 7)) {
            case 0, 1, 2 -> match.put("prefix", chances.oneIn(6) ? "/" : path());
            case 3, 4 -> match.put("path", path());
            case 5 -> match.put("path_separated_prefix", "/" + chances.pick(SEGMENTS));
            case 6 -> match.put("safe_regex", Map.of("regex", chances.pick(EXPRESSIONS)));
            default ->
                    match.put(
                            "path_match_policy",
                            extension(
                                    "path.match.uri_template.v3.UriTemplateMatchConfig",
                                    Map.of("path_template", chances.pick(TEMPLATES))));
        }
        if (!match.containsKey("safe_regex") && !match.containsKey("path_match_policy")) {
            some(4, match, "case_sensitive", false);
        }
        List<Object> headers = chances.list(2, this::headerMatch);
        if (!headers.isEmpty() && chances.oneIn(3)) {
            match.put("headers", headers);
        }
        some(8, match, "query_parameters", List.of(queryMatch()));
        some(20, match, "grpc", Map.of());
        some(
                20,
                match,
                "runtime_fraction",
                Map.of("default_value", Map.of("numerator", chances.oneIn(2) ? 0 : 100)));
        return match;
    }

    private Object headerMatch() {
        Map<String, Object> match = new LinkedHashMap<>();
        match.put("name", chances.oneIn(6) ? chances.pick(PSEUDO) : chances.pick(HEADERS));
        switch (chances.number(0, 4)) {
            case 0 -> match.put("present_match", chances.oneIn(2));
            case 1 -> match.put("range_match", Map.of("start", -5, "end", 10));
            case 2 -> match.put("exact_match", chances.pick(VALUES));
            default -> match.put("string_match", text());
        }
        some(4, match, "invert_match", true);
        some(4, match, "treat_missing_header_as_empty", true);
        return match;
    }

    private static final List<String> PSEUDO = List.of(":method", ":authority", ":path", "host");

    private Object queryMatch() {
        Map<String, Object> match = new LinkedHashMap<>();
        match.put("name", chances.pick(List.of("p", "q")));
        if (chances.oneIn(2)) {
            match.put("present_match", chances.oneIn(2));
        } else {
            match.put("string_match", text());
        }
        return match;
    }

    private Map<String, Object> text() {
        Map<String, Object> text = new LinkedHashMap<>();
        String value = chances.pick(List.of("1", "one", "On", "a", "e", "/a"));
        switch (chances.number(0, 4)) {
            case 0 -> text.put("prefix", value);
            case 1 -> text.put("suffix", value);
            case 2 -> text.put("contains", value);
            case 3 -> {
                text.put(
                        "safe_regex",
                        Map.of("regex", chances.pick(List.of("[0-9]+", "o.*", ".*"))));
                return text;
            }
            default -> text.put("exact", value);
        }
        some(3, text, "ignore_case", true);
        return text;
    }

    private Map<String, Object> action(boolean byTemplate) {
        Map<String, Object> action = new LinkedHashMap<>();
        switch (chances.number(0, 9)) {
            case 0 -> action.put("cluster_header", "x-cluster");
            case 1 -> {
                action.put("cluster", "nowhere");
                some(2, action, "cluster_not_found_response_code", "NOT_FOUND");
            }
            case 2 -> action.put("cluster", "closed");
            case 3, 4 -> action.put("weighted_clusters", weighted());
            default -> action.put("cluster", "upstream");
        }
        rewrites(action, byTemplate);
        some(3, action, "retry_policy", retries());
        some(8, action, "priority", "HIGH");
        Map<String, Object> followed = redirectPolicy();
        if (followsRedirects) {
            some(4, action, "internal_redirect_policy", followed);
        }
        some(8, action, "timeout", "20s");
        return action;
    }

    private void rewrites(Map<String, Object> action, boolean byTemplate) {
        switch (chances.number(0, 5)) {
            case 0 -> {
                if (!byTemplate) {
                    action.put(
                            "prefix_rewrite", chances.pick(List.of("/", "/new", "/new/", "new")));
                }
            }
            case 1 -> action.put("regex_rewrite", substitution());
            default -> {}
        }
        switch (chances.number(0, 7)) {
            case 0 -> action.put("host_rewrite_literal", "literal.test");
            case 1 -> action.put("host_rewrite_header", chances.pick(HEADERS));
            case 2 -> action.put("host_rewrite_path_regex", substitution());
            case 3 -> action.put("auto_host_rewrite", true);
            default -> {}
        }
        some(3, action, "append_x_forwarded_host", true);
    }

    private Map<String, Object> substitution() {
        return chances.pick(
                List.of(
                        Map.of(
                                "pattern",
                                Map.of("regex", "^/([^/]+)(.*)$"),
                                "substitution",
                                "\\2/\\1"),
                        Map.of("pattern", Map.of("regex", "a"), "substitution", "z"),
                        Map.of("pattern", Map.of("regex", "/([a-z]+)"), "substitution", "/<\\1>"),
                        Map.of("pattern", Map.of("regex", "nothing"), "substitution", "z")));
    }

    private Map<String, Object> weighted() {
        List<Object> clusters = new ArrayList<>();
        for (int i = chances.number(1, 3); i > 0; i--) {
            Map<String, Object> cluster = new LinkedHashMap<>();
            cluster.put("name", chances.pick(List.of("upstream", "upstream", "closed", "nowhere")));
            cluster.put("weight", chances.number(1, 20));
            some(3, cluster, "host_rewrite_literal", "weighted.test");
            mutations(cluster);
            clusters.add(cluster);
        }
        return Map.of("clusters", clusters, "header_name", "x-random");
    }

    private Map<String, Object> retries() {
        Map<String, Object> policy = new LinkedHashMap<>();
        policy.put(
                "retry_on",
                String.join(
                        ",",
                        chances.pick(List.of("5xx", "gateway-error", "reset", "retriable-4xx")),
                        chances.pick(
                                List.of(
                                        "connect-failure",
                                        "retriable-status-codes",
                                        "retriable-headers",
                                        "envoy-ratelimited"))));
        some(2, policy, "num_retries", chances.number(0, 3));
        some(2, policy, "retriable_status_codes", List.of(404, 418));
        some(2, policy, "retriable_headers", List.of(Map.of("name", "x-again")));
        some(6, policy, "retriable_request_headers", List.of(Map.of("name", "x-a")));
        policy.put("retry_back_off", Map.of("base_interval", "0.001s", "max_interval", "0.002s"));
        return policy;
    }

    private Map<String, Object> redirectPolicy() {
        Map<String, Object> policy = new LinkedHashMap<>();
        some(2, policy, "max_internal_redirects", chances.number(0, 3));
        some(2, policy, "redirect_response_codes", List.of(301, 302));
        some(3, policy, "response_headers_to_copy", List.of("x-again"));
        return policy;
    }

    private Map<String, Object> redirect() {
        Map<String, Object> redirect = new LinkedHashMap<>();
        switch (chances.number(0, 3)) {
            case 0 -> redirect.put("https_redirect", true);
            case 1 -> redirect.put("scheme_redirect", "ftp");
            default -> {}
        }
        some(3, redirect, "host_redirect", "else.test");
        some(3, redirect, "port_redirect", chances.pick(List.of(80, 443, 8443)));
        switch (chances.number(0, 4)) {
            case 0 -> redirect.put("path_redirect", chances.pick(List.of("/new", "/new?own=1")));
            case 1 -> redirect.put("regex_rewrite", substitution());
            default -> {}
        }
        some(3, redirect, "strip_query", true);
        some(
                2,
                redirect,
                "response_code",
                chances.pick(List.of("FOUND", "SEE_OTHER", "PERMANENT_REDIRECT")));
        return redirect;
    }

    private Map<String, Object> direct() {
        Map<String, Object> direct = new LinkedHashMap<>();
        direct.put("status", chances.pick(List.of(200, 201, 302, 404, 418, 503)));
        some(2, direct, "body", Map.of("inline_string", chances.pick(List.of("direct", "other"))));
        return direct;
    }

    private void mutations(Map<String, Object> level) {
        some(4, level, "request_headers_to_add", List.of(added(), added()));
        some(6, level, "request_headers_to_remove", List.of(chances.pick(HEADERS)));
        some(4, level, "response_headers_to_add", List.of(added(), added()));
        some(6, level, "response_headers_to_remove", List.of("x-upstream"));
    }

    private Map<String, Object> added() {
        Map<String, Object> added = new LinkedHashMap<>();
        added.put(
                "header",
                Map.of(
                        "key",
                        chances.pick(List.of("x-a", "x-b", "x-new", "X-Upstream")),
                        "value",
                        chances.pick(
                                List.of(
                                        "text",
                                        "",
                                        "%REQ(x-a)%",
                                        "%REQ(:path)%-%PROTOCOL%",
                                        "100%%",
                                        "%REQ(x-none?x-b):2%"))));
        some(
                2,
                added,
                "append_action",
                chances.pick(
                        List.of(
                                "APPEND_IF_EXISTS_OR_ADD",
                                "ADD_IF_ABSENT",
                                "OVERWRITE_IF_EXISTS_OR_ADD",
                                "OVERWRITE_IF_EXISTS")));
        some(4, added, "keep_empty_value", true);
        return added;
    }

    private String path() {
        StringBuilder path = new StringBuilder();
        for (int i = chances.number(1, 3); i > 0; i--) {
            path.append('/').append(chances.pick(SEGMENTS));
        }
        return chances.oneIn(5) ? path.append('/').toString() : path.toString();
    }

    private String request() {
        String path = chances.oneIn(15) ? "/" : path();
        if (chances.oneIn(3)) {
            path += chances.pick(List.of("?", "?p=1", "?q=one&p=2", "?p", "?p=On&p=1", "?q=a%31"));
        }
        boolean posts = chances.oneIn(4);
        StringBuilder text = new StringBuilder();
        text.append(posts ? "POST " : "GET ").append(path).append(" HTTP/1.1\r\nhost: ");
        text.append(chances.pick(HOSTS)).append("\r\n");
        text.append("x-random: ").append(chances.number(0, 1000)).append("\r\n");
        for (String name : HEADERS) {
            if (chances.oneIn(3)) {
                text.append(name).append(": ").append(chances.pick(VALUES)).append("\r\n");
            }
        }
        if (chances.oneIn(2)) {
            String cluster = chances.pick(List.of("upstream", "closed", "nowhere"));
            text.append("x-cluster: ").append(cluster).append("\r\n");
        }
        if (chances.oneIn(10)) {
            text.append("content-type: application/grpc\r\n");
        }
        return text.append(posts ? "content-length: 4\r\n\r\nbody" : "\r\n").toString();
    }

    private Reply reply(int number) {
        if (chances.oneIn(15)) {
            return new Reply.Close();
        }
        List<Header> headers = new ArrayList<>();
        headers.add(new Header("x-upstream", Integer.toString(number)));
        int status = chances.pick(List.of(200, 200, 200, 200, 302, 404, 409, 418, 500, 503));
        if (status == 302) {
            headers.add(new Header("location", "http://" + chances.pick(HOSTS) + path()));
        }
        if (chances.oneIn(6)) {
            headers.add(new Header("x-again", "1"));
        }
        if (chances.oneIn(20)) {
            headers.add(new Header("x-envoy-ratelimited", "true"));
        }
        return new Reply.Response(status, headers, chances.oneIn(2) ? "reply " + number : "");
    }

    private static Map<String, Object> extension(String type, Map<String, Object> fields) {
        Map<String, Object> config = new LinkedHashMap<>(fields);
        config.put(TYPE, "type.googleapis.com/envoy.extensions." + type);
        return Map.of("name", "extension", "typed_config", config);
    }

    /// Once in `n` times.
    private void some(int n, Map<String, Object> into, String field, Object value) {
        if (chances.oneIn(n)) {
            into.put(field, value);
        }
    }
}
