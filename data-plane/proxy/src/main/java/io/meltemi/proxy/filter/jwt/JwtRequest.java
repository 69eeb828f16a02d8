package io.meltemi.proxy.filter.jwt;

import io.meltemi.proxy.decide.match.MetadataMatch;
import io.meltemi.proxy.filter.FilterStream;
import io.meltemi.proxy.http.HeaderMap;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One request whose tokens are looked at, and what good ones leave behind. Confined to its event
/// loop.
final class JwtRequest {
    private final FilterStream stream;
    private final long nowSeconds;
    private final Map<String, Object> notes = new HashMap<>();
    private final Map<String, Jwt> parsed = new HashMap<>();
    private boolean clearsRoute;

    JwtRequest(FilterStream stream, long nowSeconds) {
        this.stream = stream;
        this.nowSeconds = nowSeconds;
    }

    /// Checks every token that stands where one of the providers expects it.
    ///
    /// Envoy: all of them must be good, lest a bad one travel beside a good one.
    ///
    /// @param mayBeMissing whether no token at all is fine
    /// @param mayFail whether bad tokens are fine
    JwtStatus check(
            List<JwtProvider> providers,
            List<String> audiences,
            boolean mayBeMissing,
            boolean mayFail) {
        HeaderMap headers = stream.requestHeaders();
        Set<TokenPlace> seen = new HashSet<>();
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < providers.size(); i++) {
            List<TokenPlace> places = providers.get(i).places();
            for (int j = 0; j < places.size(); j++) {
                TokenPlace place = places.get(j);
                String token = seen.add(place) ? place.find(headers) : null;
                if (token != null) {
                    found.add(new Found(place, token));
                }
            }
        }
        if (found.isEmpty()) {
            return mayBeMissing ? JwtStatus.OK : JwtStatus.MISSING;
        }
        for (int i = 0; i < found.size(); i++) {
            JwtStatus status = check(found.get(i), providers, audiences);
            if (status != JwtStatus.OK && !mayFail) {
                return status;
            }
        }
        return JwtStatus.OK;
    }

    private record Found(TokenPlace place, String token) {}

    private JwtStatus check(Found found, List<JwtProvider> providers, List<String> audiences) {
        Jwt jwt = parsed(found.token, providers);
        if (jwt.status() != JwtStatus.OK) {
            return jwt.status();
        }
        for (int i = 0; i < providers.size(); i++) {
            JwtProvider provider = providers.get(i);
            if (provider.issues(jwt) && provider.places().contains(found.place)) {
                JwtStatus status = provider.check(found.token, jwt, audiences, nowSeconds);
                if (status == JwtStatus.OK) {
                    accept(provider, found, jwt);
                }
                return status;
            }
        }
        return JwtStatus.UNKNOWN_ISSUER;
    }

    private Jwt parsed(String token, List<JwtProvider> providers) {
        Jwt known = parsed.get(token);
        for (int i = 0; known == null && i < providers.size(); i++) {
            known = providers.get(i).verified().find(token);
        }
        Jwt jwt = known == null ? Jwt.parse(token) : known;
        parsed.put(token, jwt);
        return jwt;
    }

    private void accept(JwtProvider provider, Found found, Jwt jwt) {
        HeaderMap headers = stream.requestHeaders();
        if (!provider.payloadHeader().isEmpty()) {
            String payload = jwt.payloadBase64();
            int missing = (4 - payload.length() % 4) % 4;
            headers.add(
                    provider.payloadHeader(),
                    provider.padPayload() ? payload + "=".repeat(missing) : payload);
        }
        for (JwtProvider.ClaimHeader claim : provider.claimHeaders()) {
            String value = text(MetadataMatch.lookUp(jwt.claims(), claim.path()));
            if (value != null) {
                headers.add(claim.header(), value);
            }
        }
        if (!provider.forward()) {
            found.place.remove(headers);
        }
        if (!provider.payloadInMetadata().isEmpty()) {
            notes.put(provider.payloadInMetadata(), normalized(provider, jwt.claims()));
        }
        if (!provider.headerInMetadata().isEmpty()) {
            notes.put(provider.headerInMetadata(), jwt.header());
        }
        clearsRoute |= provider.clearsRoute();
    }

    private static Map<String, Object> normalized(
            JwtProvider provider, Map<String, Object> claims) {
        if (provider.spaceDelimited().isEmpty()) {
            return claims;
        }
        Map<String, Object> copy = new HashMap<>(claims);
        for (String claim : provider.spaceDelimited()) {
            if (copy.get(claim) instanceof String text) {
                List<Object> words = new ArrayList<>();
                for (String word : text.split(" ", -1)) {
                    if (!word.isEmpty()) {
                        words.add(word);
                    }
                }
                copy.put(claim, List.copyOf(words));
            }
        }
        return copy;
    }

    /// A claim as a header's value; lists and objects as JSON in Base64, as Envoy writes them.
    private static @Nullable String text(@Nullable Object claim) {
        return switch (claim) {
            case String text -> text;
            case Boolean bool -> bool.toString();
            case Double number -> JsonTree.number(number);
            case null -> null;
            default ->
                    Base64.getEncoder()
                            .encodeToString(JsonTree.write(claim).getBytes(StandardCharsets.UTF_8));
        };
    }

    /// Hands what good tokens said to later filters; called once, when the request may pass.
    void finish() {
        if (notes.isEmpty()) {
            return;
        }
        stream.setDynamicMetadata(JwtAuthnFilter.NAMESPACE, Map.copyOf(notes));
        if (clearsRoute) {
            stream.clearRouteCache();
        }
    }
}
