package io.meltemi.proxy.filter.extauthz;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HttpUri;
import io.envoyproxy.envoy.config.core.v3.RuntimeFeatureFlag;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationRequest;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.AuthorizationResponse;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.BufferSettings;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.CheckSettings;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthz;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute;
import io.envoyproxy.envoy.extensions.filters.http.ext_authz.v3.HttpService;
import io.envoyproxy.envoy.type.matcher.v3.ListStringMatcher;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.MatchFields;
import io.meltemi.proxy.config.match.MetadataMatchCompiler;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import io.meltemi.proxy.config.match.Values;
import io.meltemi.proxy.decide.match.Fraction;
import io.meltemi.proxy.filter.FilterContext;
import io.meltemi.proxy.filter.HttpFilter;
import io.meltemi.proxy.filter.TypedConfig;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compiles `envoy.filters.http.ext_authz`. Immutable: pure functions.
public final class ExtAuthzCompiler {
    private static final long DEFAULT_TIMEOUT_NANOS = 200_000_000L;
    private static final Set<String> TO_SERVICE =
            Set.of(":method", ":path", ":authority", "authorization");
    private static final Set<String> TO_CLIENT =
            Set.of("content-length", "www-authenticate", "location");

    private static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(MatchFields.FIELDS)
                    .supports(
                            ExtAuthz.getDescriptor(),
                            "grpc_service http_service transport_api_version failure_mode_allow"
                                    + " failure_mode_allow_header_add with_request_body"
                                    + " clear_route_cache status_on_error"
                                    + " metadata_context_namespaces"
                                    + " route_metadata_context_namespaces filter_enabled"
                                    + " filter_enabled_metadata deny_at_disable"
                                    + " stat_prefix allowed_headers disallowed_headers"
                                    + " include_tls_session charge_cluster_response_stats"
                                    + " encode_raw_headers enable_dynamic_metadata_ingestion")
                    .supports(
                            BufferSettings.getDescriptor(),
                            "max_request_bytes allow_partial_message pack_as_bytes")
                    .supports(
                            HttpService.getDescriptor(),
                            "server_uri path_prefix authorization_request authorization_response")
                    .supports(HttpUri.getDescriptor(), "uri cluster timeout")
                    .supports(
                            AuthorizationRequest.getDescriptor(), "allowed_headers headers_to_add")
                    .supports(
                            AuthorizationResponse.getDescriptor(),
                            "allowed_upstream_headers allowed_upstream_headers_to_append"
                                    + " allowed_client_headers allowed_client_headers_on_success"
                                    + " dynamic_metadata_from_headers")
                    .supports(ListStringMatcher.getDescriptor(), "patterns")
                    .supports(GrpcService.getDescriptor(), "envoy_grpc timeout")
                    .supports(GrpcService.EnvoyGrpc.getDescriptor(), "cluster_name authority")
                    .supports(HeaderValue.getDescriptor(), "key value")
                    .supports(RuntimeFeatureFlag.getDescriptor(), "default_value")
                    .ignores(RuntimeFeatureFlag.getDescriptor(), "runtime_key")
                    .supports(ExtAuthzPerRoute.getDescriptor(), "disabled check_settings")
                    .supports(
                            CheckSettings.getDescriptor(),
                            "context_extensions disable_request_body_buffering"
                                    + " with_request_body")
                    .build();

    private ExtAuthzCompiler() {}

    public static @Nullable HttpFilter compile(
            String name, Any config, ConfigPlace at, FilterContext context) {
        ExtAuthz authz = TypedConfig.open(config, ExtAuthz.getDefaultInstance(), FIELDS, at);
        if (authz == null) {
            return null;
        }
        Authorizer authorizer =
                switch (authz.getServicesCase()) {
                    case HTTP_SERVICE -> http(authz, at);
                    case GRPC_SERVICE -> grpc(authz, at, context);
                    case SERVICES_NOT_SET -> null;
                };
        if (authorizer == null) {
            at.refuse("must have grpc_service or http_service");
            return null;
        }
        return new ExtAuthzFilter(settings(name, authz, at, context), authorizer, context);
    }

    private static ExtAuthzSettings settings(
            String name, ExtAuthz authz, ConfigPlace at, FilterContext context) {
        int error = authz.getStatusOnError().getCodeValue();
        return new ExtAuthzSettings(
                name,
                authz.getStatPrefix().isEmpty() ? "" : authz.getStatPrefix() + '.',
                authz.getFailureModeAllow(),
                authz.getFailureModeAllowHeaderAdd(),
                error == 0 ? 403 : error,
                authz.getClearRouteCache(),
                !authz.hasEnableDynamicMetadataIngestion()
                        || authz.getEnableDynamicMetadataIngestion().getValue(),
                !authz.hasChargeClusterResponseStats()
                        || authz.getChargeClusterResponseStats().getValue(),
                authz.hasWithRequestBody()
                        ? body(authz.getWithRequestBody(), at.field("with_request_body"))
                        : null,
                Values.share(
                        authz.hasFilterEnabled(),
                        authz.getFilterEnabled(),
                        Fraction.ALL,
                        context.runtime(),
                        at.field("filter_enabled")),
                authz.hasFilterEnabledMetadata()
                        ? MetadataMatchCompiler.compile(
                                authz.getFilterEnabledMetadata(),
                                at.field("filter_enabled_metadata"))
                        : null,
                authz.getDenyAtDisable().getDefaultValue().getValue());
    }

    private static ExtAuthzSettings.Body body(BufferSettings body, ConfigPlace at) {
        if (body.getMaxRequestBytes() <= 0) {
            at.field("max_request_bytes").refuse("must be above 0");
        }
        return new ExtAuthzSettings.Body(
                body.getMaxRequestBytes(), body.getAllowPartialMessage(), body.getPackAsBytes());
    }

    private static Authorizer grpc(ExtAuthz authz, ConfigPlace at, FilterContext context) {
        GrpcService service = authz.getGrpcService();
        String cluster = service.getEnvoyGrpc().getClusterName();
        if (cluster.isEmpty()) {
            at.field("grpc_service").refuse("must have envoy_grpc with a cluster_name");
        }
        String authority = service.getEnvoyGrpc().getAuthority();
        return new GrpcAuthorizer(
                cluster,
                authority.isEmpty() ? cluster : authority,
                service.hasTimeout()
                        ? Values.nanos(
                                service.getTimeout(), at.field("grpc_service").field("timeout"))
                        : DEFAULT_TIMEOUT_NANOS,
                new CheckRequests(
                        authz.hasAllowedHeaders()
                                ? names(authz.getAllowedHeaders(), Set.of(), at, "allowed_headers")
                                : null,
                        names(authz.getDisallowedHeaders(), Set.of(), at, "disallowed_headers"),
                        authz.getEncodeRawHeaders(),
                        authz.getWithRequestBody().getPackAsBytes(),
                        authz.getIncludeTlsSession(),
                        authz.getMetadataContextNamespacesList(),
                        authz.getRouteMetadataContextNamespacesList(),
                        context.epochSeconds(),
                        context.random()));
    }

    @SuppressWarnings("deprecation") // `authorization_request.allowed_headers`: what Istio writes
    private static Authorizer http(ExtAuthz authz, ConfigPlace at) {
        HttpService service = authz.getHttpService();
        ConfigPlace place = at.field("http_service");
        AuthorizationRequest request = service.getAuthorizationRequest();
        AuthorizationResponse response = service.getAuthorizationResponse();
        ConfigPlace atResponse = place.field("authorization_response");
        if (service.getServerUri().getCluster().isEmpty()) {
            place.field("server_uri").field("cluster").refuse("must be set");
        }
        if (!service.getPathPrefix().isEmpty() && !service.getPathPrefix().startsWith("/")) {
            place.field("path_prefix").refuse("must begin with /");
        }
        if (authz.hasAllowedHeaders() && request.hasAllowedHeaders()) {
            at.field("allowed_headers")
                    .refuse("and authorization_request.allowed_headers exclude each other");
        }
        return new HttpAuthorizer(
                service.getServerUri().getCluster(),
                Values.nanos(
                        service.getServerUri().getTimeout(),
                        place.field("server_uri").field("timeout")),
                service.getPathPrefix(),
                names(
                        authz.hasAllowedHeaders()
                                ? authz.getAllowedHeaders()
                                : request.getAllowedHeaders(),
                        TO_SERVICE,
                        at,
                        "allowed_headers"),
                names(authz.getDisallowedHeaders(), Set.of(), at, "disallowed_headers"),
                request.getHeadersToAddList(),
                names(
                        response.getAllowedUpstreamHeaders(),
                        Set.of(),
                        atResponse,
                        "allowed_upstream_headers"),
                names(
                        response.getAllowedUpstreamHeadersToAppend(),
                        Set.of(),
                        atResponse,
                        "allowed_upstream_headers_to_append"),
                response.getAllowedClientHeaders().getPatternsCount() == 0
                        ? null
                        : names(
                                response.getAllowedClientHeaders(),
                                TO_CLIENT,
                                atResponse,
                                "allowed_client_headers"),
                names(
                        response.getAllowedClientHeadersOnSuccess(),
                        Set.of(),
                        atResponse,
                        "allowed_client_headers_on_success"),
                names(
                        response.getDynamicMetadataFromHeaders(),
                        Set.of(),
                        atResponse,
                        "dynamic_metadata_from_headers"));
    }

    private static HeaderNameMatch names(
            ListStringMatcher list, Set<String> always, ConfigPlace at, String field) {
        return new HeaderNameMatch(
                StringMatchCompiler.compileAll(list.getPatternsList(), at.field(field), "patterns"),
                always);
    }

    public static @Nullable Object compileRoute(Any config, ConfigPlace at, FilterContext context) {
        ExtAuthzPerRoute route =
                TypedConfig.open(config, ExtAuthzPerRoute.getDefaultInstance(), FIELDS, at);
        if (route == null) {
            return null;
        }
        if (route.getOverrideCase() == ExtAuthzPerRoute.OverrideCase.OVERRIDE_NOT_SET) {
            at.refuse("must have disabled or check_settings");
        }
        CheckSettings check = route.getCheckSettings();
        if (check.getDisableRequestBodyBuffering() && check.hasWithRequestBody()) {
            at.field("check_settings")
                    .refuse(
                            "disable_request_body_buffering and with_request_body exclude each"
                                    + " other");
        }
        return new RouteAuthz(
                route.getDisabled(),
                Map.copyOf(check.getContextExtensionsMap()),
                check.getDisableRequestBodyBuffering(),
                check.hasWithRequestBody()
                        ? body(
                                check.getWithRequestBody(),
                                at.field("check_settings").field("with_request_body"))
                        : null);
    }
}
