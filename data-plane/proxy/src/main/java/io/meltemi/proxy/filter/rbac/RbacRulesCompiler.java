package io.meltemi.proxy.filter.rbac;

import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.rbac.v3.MetadataSource;
import io.envoyproxy.envoy.config.rbac.v3.Permission;
import io.envoyproxy.envoy.config.rbac.v3.Policy;
import io.envoyproxy.envoy.config.rbac.v3.Principal;
import io.envoyproxy.envoy.config.rbac.v3.RBAC;
import io.envoyproxy.envoy.config.rbac.v3.SourcedMetadata;
import io.envoyproxy.envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig;
import io.envoyproxy.envoy.type.matcher.v3.MetadataMatcher;
import io.envoyproxy.envoy.type.v3.Int32Range;
import io.meltemi.proxy.config.check.ConfigPlace;
import io.meltemi.proxy.config.check.SupportedFields;
import io.meltemi.proxy.config.match.HeaderMatchCompiler;
import io.meltemi.proxy.config.match.MatchFields;
import io.meltemi.proxy.config.match.MetadataMatchCompiler;
import io.meltemi.proxy.config.match.StringMatchCompiler;
import io.meltemi.proxy.config.route.UriTemplateCompiler;
import io.meltemi.proxy.decide.match.PathMatch;
import io.meltemi.proxy.decide.match.UriTemplate;
import io.meltemi.proxy.decide.rbac.CidrRange;
import io.meltemi.proxy.decide.rbac.RbacCondition;
import io.meltemi.proxy.decide.rbac.RbacEngine;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// Compiles `envoy.config.rbac.v3.RBAC`. Immutable: pure functions.
final class RbacRulesCompiler {
    private static final int PORTS = 65536;

    static final SupportedFields FIELDS =
            SupportedFields.builder()
                    .include(MatchFields.FIELDS)
                    .supports(RBAC.getDescriptor(), "action policies")
                    .supports(Policy.getDescriptor(), "permissions principals")
                    .supports(
                            Permission.getDescriptor(),
                            "and_rules or_rules any header url_path destination_ip"
                                    + " destination_port destination_port_range metadata not_rule"
                                    + " requested_server_name sourced_metadata uri_template")
                    .supports(TypedExtensionConfig.getDescriptor(), "name typed_config")
                    .supports(UriTemplateMatchConfig.getDescriptor(), "path_template")
                    .supports(Permission.Set.getDescriptor(), "rules")
                    .supports(
                            Principal.getDescriptor(),
                            "and_ids or_ids any authenticated source_ip direct_remote_ip"
                                    + " remote_ip header url_path metadata filter_state not_id"
                                    + " sourced_metadata")
                    .supports(Principal.Set.getDescriptor(), "ids")
                    .supports(Principal.Authenticated.getDescriptor(), "principal_name")
                    .supports(SourcedMetadata.getDescriptor(), "metadata_matcher metadata_source")
                    .build();

    private RbacRulesCompiler() {}

    static RbacEngine compile(RBAC rules, ConfigPlace at) {
        RbacEngine.Action action =
                switch (rules.getAction()) {
                    case ALLOW -> RbacEngine.Action.ALLOW;
                    case DENY -> RbacEngine.Action.DENY;
                    case LOG -> RbacEngine.Action.LOG;
                    case UNRECOGNIZED -> {
                        at.field("action").refuse(rules.getActionValue() + " is no action");
                        yield RbacEngine.Action.ALLOW;
                    }
                };
        List<RbacEngine.Policy> policies = new ArrayList<>();
        rules.getPoliciesMap()
                .forEach((name, policy) ->
                        policies.add(policy(name, policy, at.entry("policies", name))));
        return new RbacEngine(action, policies);
    }

    private static RbacEngine.Policy policy(String name, Policy policy, ConfigPlace at) {
        if (policy.getPermissionsCount() == 0) {
            at.field("permissions").refuse("must have at least one permission");
        }
        if (policy.getPrincipalsCount() == 0) {
            at.field("principals").refuse("must have at least one principal");
        }
        return new RbacEngine.Policy(
                name,
                new RbacCondition.Or(permissions(policy.getPermissionsList(), at, "permissions")),
                new RbacCondition.Or(principals(policy.getPrincipalsList(), at, "principals")));
    }

    private static List<RbacCondition> permissions(
            List<Permission> permissions, ConfigPlace at, String field) {
        List<RbacCondition> conditions = new ArrayList<>();
        for (int i = 0; i < permissions.size(); i++) {
            conditions.add(permission(permissions.get(i), at.element(field, i)));
        }
        return conditions;
    }

    private static RbacCondition permission(Permission permission, ConfigPlace at) {
        return switch (permission.getRuleCase()) {
            case AND_RULES ->
                    new RbacCondition.And(
                            permissions(
                                    permission.getAndRules().getRulesList(),
                                    at.field("and_rules"),
                                    "rules"));
            case OR_RULES ->
                    new RbacCondition.Or(
                            permissions(
                                    permission.getOrRules().getRulesList(),
                                    at.field("or_rules"),
                                    "rules"));
            case ANY -> new RbacCondition.Any();
            case NOT_RULE ->
                    new RbacCondition.Not(
                            permission(permission.getNotRule(), at.field("not_rule")));
            case HEADER ->
                    new RbacCondition.Header(
                            HeaderMatchCompiler.compile(
                                    permission.getHeader(), at.field("header")));
            case URL_PATH ->
                    new RbacCondition.UrlPath(
                            StringMatchCompiler.compile(
                                    permission.getUrlPath().getPath(),
                                    at.field("url_path").field("path")));
            case DESTINATION_IP ->
                    new RbacCondition.DestinationIp(
                            cidr(permission.getDestinationIp(), at.field("destination_ip")));
            case DESTINATION_PORT -> {
                int port = permission.getDestinationPort();
                if (port < 0 || port >= PORTS) {
                    at.field("destination_port").refuse(port + " is no port");
                }
                yield new RbacCondition.DestinationPort(port, port + 1);
            }
            case DESTINATION_PORT_RANGE ->
                    range(permission.getDestinationPortRange(), at.field("destination_port_range"));
            case METADATA -> metadata(oldMetadata(permission), false, at.field("metadata"));
            case SOURCED_METADATA -> sourced(permission.getSourcedMetadata(), at);
            case REQUESTED_SERVER_NAME ->
                    new RbacCondition.ServerName(
                            StringMatchCompiler.compile(
                                    permission.getRequestedServerName(),
                                    at.field("requested_server_name")));
            case URI_TEMPLATE -> template(permission.getUriTemplate(), at.field("uri_template"));
            case MATCHER -> // refused by the list of supported fields
                    new RbacCondition.Or(List.of());
            case RULE_NOT_SET -> {
                at.refuse("names no permission");
                yield new RbacCondition.Or(List.of());
            }
        };
    }

    private static List<RbacCondition> principals(
            List<Principal> principals, ConfigPlace at, String field) {
        List<RbacCondition> conditions = new ArrayList<>();
        for (int i = 0; i < principals.size(); i++) {
            conditions.add(principal(principals.get(i), at.element(field, i)));
        }
        return conditions;
    }

    @SuppressWarnings("deprecation") // `source_ip`: Istio still writes it
    private static RbacCondition principal(Principal principal, ConfigPlace at) {
        return switch (principal.getIdentifierCase()) {
            case AND_IDS ->
                    new RbacCondition.And(
                            principals(
                                    principal.getAndIds().getIdsList(),
                                    at.field("and_ids"),
                                    "ids"));
            case OR_IDS ->
                    new RbacCondition.Or(
                            principals(
                                    principal.getOrIds().getIdsList(), at.field("or_ids"), "ids"));
            case ANY -> new RbacCondition.Any();
            case NOT_ID ->
                    new RbacCondition.Not(principal(principal.getNotId(), at.field("not_id")));
            case AUTHENTICATED ->
                    new RbacCondition.Authenticated(
                            principal.getAuthenticated().hasPrincipalName()
                                    ? StringMatchCompiler.compile(
                                            principal.getAuthenticated().getPrincipalName(),
                                            at.field("authenticated").field("principal_name"))
                                    : null);
            case SOURCE_IP ->
                    new RbacCondition.RemoteIp(
                            cidr(principal.getSourceIp(), at.field("source_ip")), true);
            case DIRECT_REMOTE_IP ->
                    new RbacCondition.RemoteIp(
                            cidr(principal.getDirectRemoteIp(), at.field("direct_remote_ip")),
                            true);
            case REMOTE_IP ->
                    new RbacCondition.RemoteIp(
                            cidr(principal.getRemoteIp(), at.field("remote_ip")), false);
            case HEADER ->
                    new RbacCondition.Header(
                            HeaderMatchCompiler.compile(principal.getHeader(), at.field("header")));
            case URL_PATH ->
                    new RbacCondition.UrlPath(
                            StringMatchCompiler.compile(
                                    principal.getUrlPath().getPath(),
                                    at.field("url_path").field("path")));
            case METADATA -> metadata(oldMetadata(principal), false, at.field("metadata"));
            case SOURCED_METADATA -> sourced(principal.getSourcedMetadata(), at);
            case FILTER_STATE ->
                    new RbacCondition.FilterState(
                            principal.getFilterState().getKey(),
                            StringMatchCompiler.compile(
                                    principal.getFilterState().getStringMatch(),
                                    at.field("filter_state").field("string_match")));
            case CUSTOM -> new RbacCondition.Or(List.of()); // refused by the supported fields
            case IDENTIFIER_NOT_SET -> {
                at.refuse("names no principal");
                yield new RbacCondition.Or(List.of());
            }
        };
    }

    @SuppressWarnings("deprecation") // `metadata`: Istio still writes it
    private static MetadataMatcher oldMetadata(Permission permission) {
        return permission.getMetadata();
    }

    @SuppressWarnings("deprecation") // `metadata`: Istio still writes it
    private static MetadataMatcher oldMetadata(Principal principal) {
        return principal.getMetadata();
    }

    private static RbacCondition sourced(SourcedMetadata metadata, ConfigPlace at) {
        return metadata(
                metadata.getMetadataMatcher(),
                metadata.getMetadataSource() == MetadataSource.ROUTE,
                at.field("sourced_metadata").field("metadata_matcher"));
    }

    private static RbacCondition metadata(
            MetadataMatcher matcher, boolean fromRoute, ConfigPlace at) {
        return new RbacCondition.Metadata(MetadataMatchCompiler.compile(matcher, at), fromRoute);
    }

    private static RbacCondition template(TypedExtensionConfig config, ConfigPlace at) {
        UriTemplate template = UriTemplateCompiler.match(config, at);
        return template == null
                ? new RbacCondition.Or(List.of())
                : new RbacCondition.PathTemplate(new PathMatch.Template(template));
    }

    private static RbacCondition range(Int32Range range, ConfigPlace at) {
        if (range.getStart() < 0 || range.getEnd() > PORTS || range.getStart() >= range.getEnd()) {
            at.refuse("[" + range.getStart() + ", " + range.getEnd() + ") is no range of ports");
        }
        return new RbacCondition.DestinationPort(range.getStart(), range.getEnd());
    }

    private static CidrRange cidr(
            io.envoyproxy.envoy.config.core.v3.CidrRange range, ConfigPlace at) {
        try {
            return new CidrRange(
                    InetAddress.ofLiteral(range.getAddressPrefix()),
                    range.getPrefixLen().getValue());
        } catch (IllegalArgumentException _) {
            at.field("address_prefix").refuse("'" + range.getAddressPrefix() + "' is no address");
            return new CidrRange(InetAddress.getLoopbackAddress(), 32);
        }
    }
}
