package io.meltemi.citadel.jwks;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.meltemi.model.config.KeySource;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Gets one issuer's keys over the network. Thread-safe.
///
/// Bounded in time and size; redirects are not followed, since they would lead past the address
/// that was checked.
final class KeyFetch implements AutoCloseable {
    private static final String DISCOVERY = "/.well-known/openid-configuration";

    private final AddressRules rules;
    private final int mostBytes;
    private final HttpClient client;

    KeyFetch(KeyFetchSettings settings) {
        rules = new AddressRules(settings.allowed());
        mostBytes = settings.mostBytes();
        client =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(settings.timeout())
                        .build();
    }

    /// The issuer's public keys as JSON, always written in the same way: nothing else of an answer
    /// gets into the configuration of proxies.
    ///
    /// @param timeout of each request
    /// @throws IOException that says what went wrong, without the answer itself
    String fetch(KeySource source, Duration timeout) throws IOException, InterruptedException {
        String address =
                switch (source) {
                    case KeySource.Address(String uri) -> uri;
                    case KeySource.Discovery(String issuer) -> discover(issuer, timeout);
                };
        String text = get(address, timeout);
        try {
            JWKSet keys = JWKSet.parse(text).toPublicJWKSet();
            if (keys.getKeys().isEmpty()) {
                throw new IOException(address + " has no public key that can be used");
            }
            // Only the keys: a set may carry more beside them.
            return new JWKSet(keys.getKeys()).toString();
        } catch (ParseException e) {
            throw new IOException(address + " is no key set", e);
        }
    }

    private String discover(String issuer, Duration timeout)
            throws IOException, InterruptedException {
        String address = (issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer);
        String document = get(address + DISCOVERY, timeout);
        try {
            Map<String, Object> fields = JSONObjectUtils.parse(document);
            String uri = JSONObjectUtils.getString(fields, "jwks_uri");
            if (uri == null) {
                throw new IOException(address + DISCOVERY + " has no jwks_uri");
            }
            return uri;
        } catch (ParseException e) {
            throw new IOException(address + DISCOVERY + " is no discovery document", e);
        }
    }

    private String get(String address, Duration timeout) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(rules.check(address)).GET().build();
        CompletableFuture<HttpResponse<String>> asked =
                client.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofString(), mostBytes));
        HttpResponse<String> response;
        try {
            // Of the whole answer: the client's own limit ends with the first byte.
            response = asked.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    "%s has not answered within %d ms".formatted(address, timeout.toMillis()), e);
        } catch (ExecutionException e) {
            throw new IOException(address + ": " + e.getCause(), e);
        } finally {
            asked.cancel(true);
        }
        int status = response.statusCode();
        if (status >= 300 && status < 400) {
            throw new IOException(
                    "%s answers %d and leads elsewhere: write the address where the keys are"
                            .formatted(address, status));
        }
        if (status != 200) {
            throw new IOException(address + " answers " + status);
        }
        return response.body();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
