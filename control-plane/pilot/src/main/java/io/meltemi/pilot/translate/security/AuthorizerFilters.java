package io.meltemi.pilot.translate.security;

import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.BufferSettings;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.HttpService;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher.PathSegment;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.meltemi.model.config.ExtensionProvider.Authorizing;
import io.meltemi.model.config.ExtensionProvider.GrpcAuthorizer;
import io.meltemi.model.config.ExtensionProvider.HttpAuthorizer;
import io.meltemi.pilot.scope.Authorizer;
import io.meltemi.pilot.translate.ClusterNames;
import io.meltemi.pilot.translate.Protos;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How an authorizer is asked. Thread-safe: pure.
final class AuthorizerFilters {
    /// What RBAC writes down about what it would have done begins so.
    static final String MARKS = "istio_ext_authz_";

    /// Istio's.
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private AuthorizerFilters() {}

    /// How the names of the policies begin that ask for a provider.
    static String prefix(String provider) {
        return "istio-ext-authz-" + provider;
    }

    static ExtAuthz http(Authorizer authorizer, String provider) {
        ExtAuthz.Builder out =
                ExtAuthz.newBuilder()
                        .setTransportApiVersion(ApiVersion.V3)
                        .setFilterEnabledMetadata(marked("envoy.filters.http.rbac", provider));
        switch (authorizer.role()) {
            case GrpcAuthorizer grpc -> {
                out.setGrpcService(service(authorizer, grpc.authorizing()));
                apply(out, grpc.authorizing());
            }
            case HttpAuthorizer http -> {
                out.setHttpService(service(authorizer, http));
                if (!http.headersInCheck().isEmpty()) {
                    out.setAllowedHeaders(headers(http.headersInCheck()));
                }
                apply(out, http.authorizing());
            }
        }
        return out.build();
    }

    /// @return empty where it only understands requests
    static Optional<io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz> network(
            Authorizer authorizer, String provider) {
        return switch (authorizer.role()) {
            case GrpcAuthorizer grpc ->
                    Optional.of(
                            io.envoyproxy.envoy.extensions.filters.network.ext_authz.v3.ExtAuthz
                                    .newBuilder()
                                    .setStatPrefix("tcp.")
                                    .setTransportApiVersion(ApiVersion.V3)
                                    .setFailureModeAllow(grpc.authorizing().failOpen())
                                    .setGrpcService(service(authorizer, grpc.authorizing()))
                                    .setFilterEnabledMetadata(
                                            marked("envoy.filters.network.rbac", provider))
                                    .build());
            case HttpAuthorizer _ -> Optional.empty();
        };
    }

    private static void apply(ExtAuthz.Builder out, Authorizing authorizing) {
        out.setFailureModeAllow(authorizing.failOpen())
                .setClearRouteCache(authorizing.clearRouteCache());
        authorizing
                .statusOnError()
                .ifPresent(status ->
                        out.setStatusOnError(
                                HttpStatus.newBuilder().setCode(StatusCode.forNumber(status))));
        authorizing
                .body()
                .ifPresent(body ->
                        out.setWithRequestBody(
                                BufferSettings.newBuilder()
                                        .setMaxRequestBytes(body.maxBytes())
                                        .setAllowPartialMessage(body.allowPartial())
                                        .setPackAsBytes(body.packAsBytes())));
    }

    private static GrpcService service(Authorizer authorizer, Authorizing authorizing) {
        return GrpcService.newBuilder()
                .setEnvoyGrpc(
                        GrpcService.EnvoyGrpc.newBuilder()
                                .setClusterName(cluster(authorizer))
                                .setAuthority(authorizer.host()))
                .setTimeout(Protos.duration(authorizing.timeout().orElse(TIMEOUT)))
                .build();
    }

    private static HttpService service(Authorizer authorizer, HttpAuthorizer http) {
        HttpService.Builder out =
                HttpService.newBuilder()
                        .setServerUri(
                                HttpUri.newBuilder()
                                        .setUri("http://" + authorizer.host())
                                        .setCluster(cluster(authorizer))
                                        .setTimeout(
                                                Protos.duration(
                                                        http.authorizing()
                                                                .timeout()
                                                                .orElse(TIMEOUT))));
        http.pathPrefix().ifPresent(out::setPathPrefix);
        if (!http.additionalHeadersInCheck().isEmpty()) {
            AuthorizationRequest.Builder request = AuthorizationRequest.newBuilder();
            http.additionalHeadersInCheck()
                    .forEach((name, value) ->
                            request.addHeadersToAdd(
                                    HeaderValue.newBuilder().setKey(name).setValue(value)));
            out.setAuthorizationRequest(request);
        }
        AuthorizationResponse.Builder response = AuthorizationResponse.newBuilder();
        if (!http.headersToUpstreamOnAllow().isEmpty()) {
            response.setAllowedUpstreamHeaders(headers(http.headersToUpstreamOnAllow()));
        }
        if (!http.headersToDownstreamOnDeny().isEmpty()) {
            response.setAllowedClientHeaders(headers(http.headersToDownstreamOnDeny()));
        }
        if (!http.headersToDownstreamOnAllow().isEmpty()) {
            response.setAllowedClientHeadersOnSuccess(headers(http.headersToDownstreamOnAllow()));
        }
        if (!response.build().equals(AuthorizationResponse.getDefaultInstance())) {
            out.setAuthorizationResponse(response);
        }
        return out.build();
    }

    private static String cluster(Authorizer authorizer) {
        return ClusterNames.outbound(authorizer.port(), "", authorizer.host());
    }

    private static ListStringMatcher headers(List<String> names) {
        ListStringMatcher.Builder out = ListStringMatcher.newBuilder();
        names.forEach(
                name -> out.addPatterns(RbacValues.text(name).toBuilder().setIgnoreCase(true)));
        return out.build();
    }

    /// Whether RBAC would have denied by a policy of this provider.
    private static MetadataMatcher marked(String filter, String provider) {
        return MetadataMatcher.newBuilder()
                .setFilter(filter)
                .addPath(PathSegment.newBuilder().setKey(MARKS + "shadow_effective_policy_id"))
                .setValue(
                        ValueMatcher.newBuilder()
                                .setStringMatch(
                                        StringMatcher.newBuilder().setPrefix(prefix(provider))))
                .build();
    }
}
