package io.meltemi.cli.explain;

import io.meltemi.proxy.http.HeaderMap;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;

/// The request that is asked about. Immutable.
///
/// @param url as it was asked about
/// @param scheme `http` or `https`
/// @param authority as clients write it into the request: the port where it is not the scheme's
/// @param path with its query
/// @param headers `name: value`, names in lower case
public record Question(
        String method,
        String url,
        String scheme,
        String host,
        int port,
        String authority,
        String path,
        List<Header> headers) {
    public Question {
        headers = List.copyOf(headers);
    }

    /// One header.
    public record Header(String name, String value) {}

    /// @param headers each as `name:value`; `host:` stands for the URL's host in the request
    /// @throws IllegalArgumentException saying what to write instead
    public static Question of(String method, String url, List<String> headers) {
        URI uri = uri(url);
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException(
                    "'" + url + "' is no URL of http or https: write http://HOST[:PORT]/PATH");
        }
        String host = uri.getHost();
        if (host == null) {
            throw new IllegalArgumentException(
                    "'" + url + "' has no host: write http://HOST[:PORT]/PATH");
        }
        if (method.isEmpty() || !method.chars().allMatch(Character::isLetter)) {
            throw new IllegalArgumentException(
                    "'" + method + "' is no method: write GET, POST or so, then the URL");
        }
        int usual = scheme.equals("https") ? 443 : 80;
        int port = uri.getPort() < 0 ? usual : uri.getPort();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        List<Header> given = headers.stream().map(Question::header).toList();
        String named = port == usual ? host : host + ":" + port;
        return new Question(
                method.toUpperCase(Locale.ROOT),
                url,
                scheme,
                host.toLowerCase(Locale.ROOT),
                port,
                given.stream()
                        .filter(header -> header.name().equals("host"))
                        .map(Header::value)
                        .findFirst()
                        .orElse(named),
                path + query,
                given.stream().filter(header -> !header.name().equals("host")).toList());
    }

    private static URI uri(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + url + "' is no URL: " + e.getReason(), e);
        }
    }

    private static Header header(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? "" : text.substring(0, colon).strip();
        if (name.isEmpty() || name.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException(
                    "-H '" + text + "' is no header: write -H 'name: value'");
        }
        return new Header(name.toLowerCase(Locale.ROOT), text.substring(colon + 1).strip());
    }

    boolean isTls() {
        return scheme.equals("https");
    }

    /// As a proxy reads it.
    HeaderMap request() {
        HeaderMap request = new HeaderMap();
        request.add(":method", method);
        request.add(":scheme", scheme);
        request.add(":authority", authority);
        request.add(":path", path);
        headers.forEach(header -> request.add(header.name(), header.value()));
        return request;
    }
}
