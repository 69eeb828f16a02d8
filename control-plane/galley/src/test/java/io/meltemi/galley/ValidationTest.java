package io.meltemi.galley;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidationTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hosts: [a], http: [{route: []}] | an HTTP route needs at least one destination",
                "hosts: [a] | a virtual service needs at least one route",
                "hosts: [], gateways: [g], http: [{route: [{destination: {host: b}}]}] | a virtual service without hosts is delegated to and cannot name gateways",
                "hosts: ['*'], http: [{route: [{destination: {host: b}}]}] | wildcard host '*' is not allowed",
                "hosts: [a, a], http: [{route: [{destination: {host: b}}]}] | duplicate hosts",
                "hosts: ['*.b.c', x.b.c], http: [{route: [{destination: {host: b}}]}] | is covered by '*.b.c'",
                "hosts: ['*a.c'], http: [{route: [{destination: {host: b}}]}] | partial wildcard",
                "hosts: [a], gateways: ['*/g'], http: [{route: [{destination: {host: b}}]}] | gateway '*/g' is not valid",
                "hosts: [a], http: [{route: [{destination: {host: '*.b'}}]}] | a wildcard cannot be called",
                "hosts: [a], http: [{route: [{destination: {host: b, port: {number: 70000}}}]}] | port number 70000 must be in the range 1..65535",
                "hosts: [a], http: [{route: [{destination: {host: b}, weight: 0}, {destination: {host: c}}]}] | total destination weight is 0",
                "hosts: [a], http: [{route: [{destination: {host: b}, weight: -1}, {destination: {host: c}, weight: 5}]}] | weight -1 must be non-negative",
                "hosts: [a], http: [{timeout: 10us, route: [{destination: {host: b}}]}] | duration must be at least 1ms",
                "hosts: [a], http: [{timeout: 1.0005s, route: [{destination: {host: b}}]}] | only durations to ms precision",
                "hosts: [a], http: [{match: [{uri: {regex: '('}}], route: [{destination: {host: b}}]}] | is not valid RE2",
                "hosts: [a], http: [{match: [{uri: {regex: '(?=a)'}}], route: [{destination: {host: b}}]}] | is not valid RE2",
                "hosts: [a], http: [{match: [{uri: {exact: a, prefix: b}}], route: [{destination: {host: b}}]}] | only one of exact, prefix and regex",
                "hosts: [a], http: [{match: [{headers: {'a b': {exact: x}}}], route: [{destination: {host: b}}]}] | header name 'a b' is not valid",
                "hosts: [a], http: [{retries: {attempts: 1, retryOn: 'gone'}, route: [{destination: {host: b}}]}] | 'gone' is not a valid retryOn policy",
                "hosts: [a], http: [{retries: {attempts: 0, retryOn: 5xx}, route: [{destination: {host: b}}]}] | 'attempts' is 0",
                "hosts: [a], http: [{retries: {attempts: -1}, route: [{destination: {host: b}}]}] | attempts -1 must be non-negative",
                "hosts: [a], http: [{fault: {abort: {httpStatus: 99, percentage: {value: 1}}}, route: [{destination: {host: b}}]}] | HTTP status 99 is not in the range 200..599",
                "hosts: [a], http: [{fault: {abort: {httpStatus: 500, percentage: {value: 101}}}, route: [{destination: {host: b}}]}] | percentage 101.0 must be in the range 0..100",
                "hosts: [a], http: [{fault: {abort: {httpStatus: 500}}, route: [{destination: {host: b}}]}] | the fault meets no request",
                "hosts: [a], http: [{rewrite: {}, route: [{destination: {host: b}}]}] | rewrite must specify",
                "hosts: [a], http: [{}] | needs at least one destination, a redirect, a directResponse or a delegate",
                "hosts: [a], http: [{redirect: {uri: /}, route: [{destination: {host: b}}]}] | only one of route, redirect, directResponse and delegate",
                "hosts: [a], http: [{redirect: {uri: /}, fault: {delay: {fixedDelay: 1s, percentage: {value: 1}}}}] | cannot contain both fault and redirect",
                "hosts: [a], http: [{redirect: {}}] | a redirect must specify uri, authority, scheme or port",
                "hosts: [a], http: [{redirect: {uri: /, redirectCode: 200}}] | 200 is not a redirect code",
                "hosts: [a], http: [{redirect: {uri: /, redirectCode: 305}}] | redirect code 305 is not supported",
                "hosts: [a], http: [{redirect: {scheme: ftp}}] | redirect scheme 'ftp' must be http or https",
                "hosts: [a], http: [{redirect: {uri: /, port: 70000}}] | port number 70000",
                "hosts: [a], http: [{redirect: {uri: /, prefixRewrite: /a}}] | only one of uri and prefixRewrite",
                "hosts: [a], http: [{redirect: {uri: /, port: 80, derivePort: FROM_REQUEST_PORT}}] | only one of port and derivePort",
                "hosts: [a], http: [{directResponse: {status: 100}}] | HTTP status 100 is not in the range",
                "hosts: [a], http: [{directResponse: {status: 200, body: {bytes: '*'}}}] | base64",
                "hosts: [a], http: [{rewrite: {uri: /, uriRegexRewrite: {match: a, rewrite: b}}, route: [{destination: {host: b}}]}] | only one of uri and uriRegexRewrite",
                "hosts: [a], http: [{rewrite: {uriRegexRewrite: {match: '(', rewrite: b}}, route: [{destination: {host: b}}]}] | is not valid RE2",
                "hosts: [a], http: [{rewrite: {authority: x}, headers: {request: {set: {Host: y}}}, route: [{destination: {host: b}}]}] | the authority is set more than once",
                "hosts: [a], http: [{headers: {response: {remove: [':status']}}, route: [{destination: {host: b}}]}] | header ':status' cannot be changed here",
                "hosts: [a], http: [{headers: {request: {add: {x: '100%'}}}, route: [{destination: {host: b}}]}] | header value '100%' is not valid",
                "hosts: [a], http: [{mirror: {host: b}, mirrors: [{destination: {host: b}}], route: [{destination: {host: b}}]}] | mirror and mirrors stand side by side",
                "hosts: [a], http: [{mirrors: [{destination: {host: b}, percentage: {value: 101}}], route: [{destination: {host: b}}]}] | percentage 101.0",
                "hosts: [a], http: [{mirrorPercent: 101, route: [{destination: {host: b}}]}] | mirrorPercent 101 must be in the range",
                "hosts: [a], http: [{corsPolicy: {allowOrigins: [{exact: ''}]}, route: [{destination: {host: b}}]}] | an empty origin matches nothing",
                "hosts: [a], http: [{corsPolicy: {allowMethods: [FETCH]}, route: [{destination: {host: b}}]}] | 'FETCH' is not an HTTP method",
                "hosts: [a], http: [{corsPolicy: {maxAge: 1.5s}, route: [{destination: {host: b}}]}] | whole seconds",
                "hosts: [a], http: [{fault: {abort: {grpcStatus: BROKEN, percentage: {value: 1}}}, route: [{destination: {host: b}}]}] | gRPC status 'BROKEN' does not exist",
                "hosts: [a], http: [{fault: {abort: {grpcStatus: INTERNAL, httpStatus: 500, percentage: {value: 1}}}, route: [{destination: {host: b}}]}] | only one of httpStatus and grpcStatus",
                "hosts: [a], http: [{match: [{headers: {'@request.auth.claims.group': {exact: x}}}], route: [{destination: {host: b}}]}] | works at gateways only",
                "hosts: [a], http: [{match: [{sourceNamespace: 'a.b'}], route: [{destination: {host: b}}]}] | sourceNamespace 'a.b' is not a DNS label",
                "hosts: [a], http: [{match: [{port: 0}], route: [{destination: {host: b}}]}] | port number 0",
                "hosts: [a], exportTo: [a, '*'], http: [{route: [{destination: {host: b}}]}] | nothing can stand beside it",
                "hosts: [a], exportTo: ['~'], http: [{route: [{destination: {host: b}}]}] | '~' is no namespace",
                "http: [{delegate: {name: x}}] | cannot delegate further",
                "tcp: [{route: [{destination: {host: b}}]}] | can have HTTP routes only",
                "hosts: [a], tcp: [{match: [{port: 1}]}] | a TCP route needs at least one destination",
                "hosts: [a], tcp: [{match: [{destinationSubnets: [10.0.0.0/33]}], route: [{destination: {host: b}}]}] | neither an address nor a block",
                "hosts: [a], tls: [{route: [{destination: {host: b}}]}] | at least one match with sniHosts",
                "hosts: [a.b], tls: [{match: [{sniHosts: [c.d]}], route: [{destination: {host: b}}]}] | lies in none of the virtual service's hosts",
                "hosts: [a], tcp: [{route: [{destination: {host: b}}]}, {match: [{port: 2}], route: [{destination: {host: b}}]}] | rule #2 not used",
                "hosts: [a], http: [{route: [{destination: {host: b}}]}, {route: [{destination: {host: c}}]}] | rule #2 not used"
            })
    void virtualServiceThatIsWrongIsReported(String spec, String message) {
        reports("networking.istio.io/v1", "VirtualService", spec, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "egress: [] | says nothing",
                "egress: [{hosts: []}] | hosts is required",
                "egress: [{hosts: ['./*']}, {hosts: ['*/*']}] | only one entry of egress",
                "egress: [{hosts: ['./*']}, {hosts: ['*/*'], port: {number: 1, protocol: TCP}}] | the entry of egress without a port must be the last one",
                "egress: [{hosts: ['./*'], port: {number: 70000, protocol: TCP}}] | port number 70000 must be in the range 1..65535",
                "egress: [{hosts: ['./*'], port: {number: 1, protocol: TCP}}, {hosts: ['*/*'], port: {number: 1, protocol: HTTP}}] | ports and sockets of egress must be unique: 1 is there already",
                "egress: [{hosts: ['./*'], port: {number: 0, protocol: TCP}}] | port number 0 means a Unix socket: bind must be unix:///PATH",
                "egress: [{hosts: ['./*'], port: {number: 0, protocol: TCP}, bind: 'unix://a'}] | 'a' is not the absolute path of a socket",
                "egress: [{hosts: ['./*'], port: {number: 0, protocol: TCP}, bind: 'unix://@a'}] | a socket in the abstract namespace is not supported yet",
                "egress: [{hosts: ['./*'], port: {number: 0, protocol: TCP}, bind: 'unix:///a', captureMode: IPTABLES}] | nothing can be redirected to a Unix socket",
                "egress: [{hosts: ['./*'], port: {number: 1, protocol: TCP}, bind: 'unix:///a'}] | a Unix socket has port number 0",
                "egress: [{hosts: ['./*'], bind: here}] | bind 'here' is not a valid IP address",
                "outboundTrafficPolicy: {egressProxy: {host: a.b, port: {number: 1}}} | it needs mode: ALLOW_ANY",
                "outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: a.b}} | egressProxy needs a port",
                "outboundTrafficPolicy: {mode: ALLOW_ANY, egressProxy: {host: '*.b', port: {number: 1}}} | a wildcard cannot be called",
                "egress: [{hosts: [reviews]}] | must be NAMESPACE/HOST",
                "egress: [{hosts: ['a.b/*']}] | 'a.b' is no namespace",
                "egress: [{hosts: ['a/*b.com']}] | partial wildcard '*b.com' not allowed",
                "egress: [{hosts: ['./*', './*']}] | imported twice",
                "outboundTrafficPolicy: {mode: SOME} | unknown mode 'SOME'",
                "ingress: [{}] | port is required",
                "ingress: [{port: {number: 0, protocol: TCP}}] | port number 0 must be in the range 1..65535",
                "ingress: [{port: {number: 1, protocol: TCP}}, {port: {number: 1, protocol: HTTP}}] | ports of ingress must be unique: 1 is there already",
                "ingress: [{port: {number: 1, protocol: TCP}, bind: here}] | bind 'here' is not a valid IP address",
                "ingress: [{port: {number: 1, protocol: TCP, targetPort: 2}}] | number is the port itself",
                "ingress: [{port: {number: 1, protocol: TCP}, captureMode: NONE}] | defaultEndpoint says where it does",
                "ingress: [{port: {number: 1, protocol: TCP}, defaultEndpoint: '10.0.0.1:80'}] | must be 127.0.0.1:PORT or [::1]:PORT",
                "ingress: [{port: {number: 1, protocol: TCP}, defaultEndpoint: ':80'}] | must be 127.0.0.1:PORT or [::1]:PORT",
                "ingress: [{port: {number: 1, protocol: TCP}, defaultEndpoint: '127.0.0.1:0'}] | must be 127.0.0.1:PORT or [::1]:PORT",
                "ingress: [{port: {number: 1, protocol: TCP}, defaultEndpoint: 'unix://a'}] | 'a' is not the absolute path of a socket",
                "ingress: [{port: {number: 1, protocol: TCP}, defaultEndpoint: 'unix://@a'}] | a socket in the abstract namespace is not supported yet",
                "ingress: [{port: {number: 1, protocol: HTTP}, tls: {mode: SIMPLE, serverCertificate: a, privateKey: b}}] | a port for HTTP cannot have tls",
                "ingress: [{port: {number: 1, protocol: TLS}, tls: {mode: ISTIO_MUTUAL}}] | PeerAuthentication asks for the mesh's own TLS",
                "ingress: [{port: {number: 1, protocol: TLS}, tls: {}}] | PASSTHROUGH ends no TLS here",
                "ingress: [{port: {number: 1, protocol: TLS}, tls: {mode: SIMPLE, serverCertificate: a, privateKey: b, httpsRedirect: true}}] | httpsRedirect is not for the tls of a sidecar's ingress",
                "ingress: [{port: {number: 1, protocol: TLS}, tls: {mode: MUTUAL, serverCertificate: a, privateKey: b, caCertificates: c, subjectAltNames: [d]}}] | subjectAltNames is not for the tls",
                "ingress: [{port: {number: 1, protocol: TLS}, tls: {mode: SIMPLE, tlsCertificates: [{serverCertificate: a, privateKey: b}]}}] | tlsCertificates is not for the tls",
                "ingress: [{port: {number: 1, protocol: TLS}, tls: {mode: SIMPLE, credentialName: a}}] | credentialName is not for the tls",
                "ingress: [{port: {number: 1, protocol: TCP}, connectionPool: {http: {maxRetries: 1}}}] | what is said of HTTP has no effect",
                "ingress: [{port: {number: 1, protocol: TCP}, connectionPool: {}}] | connection pool must have at least one field",
                "inboundConnectionPool: {tcp: {maxConnections: -1}} | maxConnections must be non-negative"
            })
    void sidecarThatIsWrongIsReported(String spec, String message) {
        reports("networking.istio.io/v1", "Sidecar", spec, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "configPatches: [{applyTo: CLUSTER, patch: {operation: MERGE}}] | MERGE needs a value: write what is to be merged",
                "configPatches: [{applyTo: ROUTE_CONFIGURATION, patch: {operation: INSERT_FIRST, value: {a: 1}}}] | INSERT_FIRST does nothing to a ROUTE_CONFIGURATION, as in Istio: use MERGE",
                "configPatches: [{applyTo: HTTP_FILTER, patch: {operation: MERGE_AND_REPLACE_LIST, value: {a: 1}}}] | MERGE_AND_REPLACE_LIST does nothing to a HTTP_FILTER, as in Istio: use MERGE",
                "configPatches: [{applyTo: EXTENSION_CONFIG, patch: {operation: MERGE, value: {a: 1}}}] | MERGE does nothing to a EXTENSION_CONFIG, as in Istio: use ADD",
                "configPatches: [{applyTo: EXTENSION_CONFIG, match: {context: GATEWAY}, patch: {operation: ADD, value: {a: 1}}}] | have no effect on an EXTENSION_CONFIG",
                "configPatches: [{applyTo: CLUSTER, patch: {operation: REMOVE, value: {a: 1}}}] | REMOVE takes none",
                "configPatches: [{applyTo: CLUSTER, patch: {operation: ADD, filterClass: AUTHN, value: {a: 1}}}] | filterClass has no effect",
                "configPatches: [{applyTo: HTTP_FILTER, patch: {operation: INSERT_FIRST, filterClass: AUTHN, value: {a: 1}}}] | filterClass has no effect",
                "configPatches: [{applyTo: LISTENER, match: {proxy: {proxyVersion: 'a++'}}, patch: {operation: REMOVE}}] | proxyVersion is no regular expression",
                "configPatches: [{applyTo: LISTENER, match: {cluster: {}}, patch: {operation: REMOVE}}] | applyTo LISTENER can only have a listener match",
                "configPatches: [{applyTo: LISTENER, match: {listener: {filterChain: {filter: {name: a}}}}, patch: {operation: REMOVE}}] | a match of filters has no effect on a LISTENER",
                "configPatches: [{applyTo: LISTENER, match: {listener: {listenerFilter: a}}, patch: {operation: REMOVE}}] | listenerFilter has no effect on a LISTENER",
                "configPatches: [{applyTo: LISTENER, match: {listener: {portName: a}}, patch: {operation: REMOVE}}] | portName of a listener has no effect",
                "configPatches: [{applyTo: NETWORK_FILTER, match: {listener: {filterChain: {sni: a, filter: {}}}}, patch: {operation: REMOVE}}] | filter needs a name",
                "configPatches: [{applyTo: NETWORK_FILTER, match: {listener: {filterChain: {filter: {name: a, subFilter: {}}}}}, patch: {operation: REMOVE}}] | subFilter is only for an HTTP_FILTER",
                "configPatches: [{applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {name: a, subFilter: {name: b}}}}}, patch: {operation: REMOVE}}] | only envoy.filters.network.http_connection_manager has filters inside, not 'a'",
                "configPatches: [{applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager, subFilter: {}}}}}, patch: {operation: REMOVE}}] | subFilter needs a name",
                "configPatches: [{applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {name: envoy.http_connection_manager}}}}, patch: {operation: INSERT_FIRST, value: {a: 1}}}] | no filter is called 'envoy.http_connection_manager' any more: write envoy.filters.network.http_connection_manager",
                "configPatches: [{applyTo: HTTP_ROUTE, match: {routeConfiguration: {gateway: a/b}}, patch: {operation: MERGE, value: {a: 1}}}] | portName and gateway have no effect on sidecars",
                "configPatches: [{applyTo: BOOTSTRAP, patch: {operation: MERGE, value: {a: 1}}}] | applyTo BOOTSTRAP is not supported: a proxy has its bootstrap before it asks",
                "workloadSelector: {} | a selector without labels selects every workload",
                "targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: a}] | no proxy of this mesh stands for a Gateway a: select its workloads by 'workloadSelector'",
                "workloadSelector: {labels: {a: b}}, targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: a}] | only one of workloadSelector and targetRefs may be given",
                "configPatches: [{applyTo: CLUSTER, match: {listener: {name: a}}, patch: {operation: REMOVE}}] | applyTo CLUSTER can only have a cluster match",
                "configPatches: [{applyTo: VIRTUAL_HOST, match: {cluster: {name: a}}, patch: {operation: REMOVE}}] | applyTo VIRTUAL_HOST can only have a routeConfiguration match",
                "priority: 1, configPatches: [{applyTo: HTTP_FILTER, match: {listener: {filterChain: {filter: {subFilter: {name: a}}}}}, patch: {operation: REMOVE}}] | filter needs a name"
            })
    void envoyFilterFollowsIstiosRules(String spec, String message) {
        reports("networking.istio.io/v1alpha3", "EnvoyFilter", spec, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "host: 'a_b.-c' | domain name 'a_b.-c' is not valid",
                "host: a, subsets: [{name: v1, labels: {a: b}}, {name: v1, labels: {a: c}}] | duplicate subset name 'v1'",
                "host: a, subsets: [{name: V_1, labels: {a: b}}] | subset name 'V_1' is not a DNS label",
                "host: a, subsets: [{name: v1, labels: {a: 'b*'}}] | label value 'b*' is not valid",
                "host: a, trafficPolicy: {} | traffic policy must have at least one field",
                "host: a, trafficPolicy: {connectionPool: {tcp: {maxConnections: -1}}} | maxConnections must be non-negative, is -1",
                "host: a, trafficPolicy: {outlierDetection: {maxEjectionPercent: 101}} | percentage 101",
                "host: a, trafficPolicy: {outlierDetection: {minHealthPercent: -1}} | percentage -1",
                "host: a, trafficPolicy: {outlierDetection: {consecutiveGatewayErrors: -1}} | consecutiveGatewayErrors must be non-negative",
                "host: a, trafficPolicy: {outlierDetection: {consecutiveLocalOriginFailures: 3}} | set splitExternalLocalOriginErrors to true",
                "host: a, trafficPolicy: {outlierDetection: {consecutiveErrors: 3}} | consecutiveErrors has no effect any more",
                "host: a, trafficPolicy: {outlierDetection: {outlierDetectionHttpErrorCodes: [503]}} | not supported yet",
                "host: a, trafficPolicy: {tls: {mode: MUTUAL, privateKey: /k}} | mode MUTUAL requires clientCertificate",
                "host: a, trafficPolicy: {tls: {mode: MUTUAL, clientCertificate: /c}} | mode MUTUAL requires privateKey",
                "host: a, subsets: [{name: v1, trafficPolicy: {tls: {mode: SIMPLE, caCertificates: /c, insecureSkipVerify: true}}}] | cannot specify caCertificates when insecureSkipVerify is true",
                "host: a, trafficPolicy: {tls: {mode: SIMPLE, subjectAltNames: [a], insecureSkipVerify: true}} | cannot specify subjectAltNames when insecureSkipVerify is true",
                "host: a, trafficPolicy: {tls: {mode: SIMPLE, caCrl: /c, insecureSkipVerify: true}} | nobody looks at caCrl",
                "host: a, trafficPolicy: {tls: {mode: SIMPLE, privateKey: /k}} | shows no certificate of the caller's (MUTUAL does): privateKey has no effect",
                "host: a, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, caCertificates: /c}} | uses the mesh's own certificates: caCertificates has no effect",
                "host: a, trafficPolicy: {tls: {sni: b}} | mode DISABLE speaks no TLS: sni has no effect",
                "host: a, trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: TLS}}]} | unknown mode 'TLS'",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {}}} | nothing makes calls alike",
                "host: a, trafficPolicy: {loadBalancer: {simple: RANDOM, consistentHash: {useSourceIp: true}}} | only one of simple and consistentHash may be given",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, httpHeaderName: x}}} | only one of httpHeaderName and useSourceIp may be given",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {httpHeaderName: ''}}} | header name '' is not valid",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {httpQueryParameterName: ''}}} | httpQueryParameterName must not be empty",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {ttl: 1s}}}} | httpCookie.name is required",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: c, attributes: [{value: ''}]}}}} | attributes[0].name is required",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {httpCookie: {name: c, attributes: [{name: b}, {name: b}]}}}} | duplicate cookie attribute 'b'",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, ringHash: {}, maglev: {tableSize: 7}}}} | only one of ringHash and maglev may be given",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, ringHash: {}, minimumRingSize: 7}}} | only one of ringHash and minimumRingSize may be given",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, ringHash: {minimumRingSize: 8388609}}}} | minimumRingSize 8388609 must be in the range",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, maglev: {}}}} | tableSize must be set for maglev",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 1000}}}} | tableSize 1000 must be a prime number",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true, maglev: {tableSize: 5000011}}}} | less than 5000011",
                "host: a, trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true}, warmup: {duration: 1s}}} | warmup has no effect beside consistentHash",
                "host: a, exportTo: ['*', b] | '*' means all namespaces",
                "host: a, exportTo: ['.', default] | a namespace stands in exportTo twice",
                "host: a, exportTo: ['~'] | '~' is no namespace",
                "host: a, workloadSelector: {matchLabels: {a: b}}, exportTo: ['.', b] | exportTo may only be '.'",
                "host: a, workloadSelector: {matchLabels: {a: 'b*'}} | label value 'b*' is not valid",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {distribute: [{from: eu, to: {eu: 100}}], failover: [{from: eu, to: us}]}}} | distribute and failover cannot stand side by side",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {distribute: [{from: eu, to: {eu: 90, us: 20}}]}}} | shares must be 100 together, are 110",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {distribute: [{from: eu, to: {eu: 101}}]}}} | share 101 must be in the range 1..100",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {distribute: [{from: eu, to: {eu: 100, us: 0}}]}}} | share 0 must be in the range 1..100",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {distribute: [{from: eu, to: {eu/a: 50, 'eu/*': 50}}]}}} | overlaps with",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {distribute: [{from: eu/a, to: {us: 100}}, {from: eu, to: {us: 100}}]}}} | place 'eu' overlaps with 'eu/a'",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {distribute: [{from: '*/a', to: {us: 100}}]}}} | only its end may be",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {distribute: [{from: eu//1, to: {us: 100}}]}}} | must not have empty parts",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {failover: [{from: eu, to: us}], failoverPriority: [topology.kubernetes.io/region]}}} | cannot stand beside it",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {failoverPriority: ['=v1']}}} | '=v1' names no label",
                "host: a, trafficPolicy: {outlierDetection: {}, loadBalancer: {localityLbSetting: {distribute: [{from: eu, to: {eu: 100}}], failoverPriority: [version]}}} | failoverPriority has no effect beside distribute",
                "host: a, trafficPolicy: {loadBalancer: {localityLbSetting: {failoverPriority: [version]}}} | nobody fails over",
                "host: a, trafficPolicy: {tunnel: {targetHost: a..b, targetPort: 80}} | domain name 'a..b' is not valid",
                "host: a, trafficPolicy: {tunnel: {targetHost: a.com, targetPort: 0}} | port number 0",
                "host: a, trafficPolicy: {tunnel: {targetHost: a.com}} | tunnel.targetPort is required",
                "host: a, trafficPolicy: {tunnel: {protocol: POST, targetHost: a.com, targetPort: 80}} | not supported yet",
                "host: a, trafficPolicy: {tunnel: {protocol: GET, targetHost: a.com, targetPort: 80}} | unknown protocol 'GET'",
                "host: a, trafficPolicy: {connectionPool: {}} | at least one field: tcp or http",
                "host: a, trafficPolicy: {connectionPool: {tcp: {maxConnectionDuration: 10us}}} | duration must be at least 1ms",
                "host: a, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 10us}}} | duration must be at least 1ms",
                "host: a, trafficPolicy: {connectionPool: {tcp: {tcpKeepalive: {time: 1500ms}}}} | only the whole seconds of 1500 ms count: 1 s",
                "host: a, trafficPolicy: {connectionPool: {tcp: {tcpKeepalive: {probes: -1}}}} | probes must be non-negative",
                "host: a, trafficPolicy: {connectionPool: {http: {h2UpgradePolicy: UPGRADE, useClientProtocol: true}}} | useClientProtocol must not be true when h2UpgradePolicy is UPGRADE",
                "host: a, trafficPolicy: {connectionPool: {http: {h2UpgradePolicy: ALWAYS}}} | unknown h2UpgradePolicy 'ALWAYS'",
                "host: a, trafficPolicy: {connectionPool: {http: {maxConcurrentStreams: -1}}} | maxConcurrentStreams must be non-negative",
                "host: a, trafficPolicy: {connectionPool: {http: {http2KeepAlive: {interval: 1s}}}} | http2KeepAlive.timeout is required",
                "host: a, trafficPolicy: {connectionPool: {http: {http2KeepAlive: {interval: 10us, timeout: 1s}}}} | duration must be at least 1ms",
                "host: a, trafficPolicy: {loadBalancer: {warmup: {}}} | warmup.duration is required",
                "host: a, trafficPolicy: {loadBalancer: {warmup: {duration: 1s, minimumPercent: 101}}} | percentage 101.0",
                "host: a, trafficPolicy: {loadBalancer: {warmup: {duration: 1s, aggression: 0}}} | aggression must be greater than 0",
                "host: a, trafficPolicy: {loadBalancer: {warmup: {duration: 1s}, warmupDurationSecs: 1s}} | write warmup.duration only",
                "host: a, trafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: eu, to: us}]}}} | nobody fails over: outlierDetection must stand beside",
                "host: a, trafficPolicy: {retryBudget: {percent: 101}} | percentage 101.0",
                "host: a, trafficPolicy: {portLevelSettings: [{loadBalancer: {simple: RANDOM}}]} | port.number is required",
                "host: a, trafficPolicy: {portLevelSettings: [{port: {number: 70000}, loadBalancer: {simple: RANDOM}}]} | port number 70000",
                "host: a, trafficPolicy: {portLevelSettings: [{port: {number: 80}}]} | port traffic policy must have at least one field",
                "host: a, trafficPolicy: {portLevelSettings: [{port: {number: 80}, connectionPool: {tcp: {maxConnections: -1}}}]} | maxConnections must be non-negative",
                "host: a, trafficPolicy: {portLevelSettings: [{port: {number: 80}, loadBalancer: {simple: RANDOM}}, {port: {number: 80}, loadBalancer: {simple: RANDOM}}]} | port 80 has settings already: the first ones hold",
                "host: a, trafficPolicy: {retryBudget: {minRetryConcurrency: -1}} | minRetryConcurrency must be non-negative",
                "host: a, trafficPolicy: {retryBudget: {budgetInterval: 1s}} | not supported yet",
                "host: a, trafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: eu, to: eu}]}}} | to itself",
                "host: a, trafficPolicy: {loadBalancer: {localityLbSetting: {failover: [{from: eu/a, to: us}]}}} | failover is between regions",
                "host: a, trafficPolicy: {proxyProtocol: {version: V1}, tunnel: {targetHost: b, targetPort: 1}} | tunnel and proxyProtocol cannot stand side by side",
                "host: a, trafficPolicy: {proxyProtocol: {version: V3}} | unknown version 'V3'"
            })
    void destinationRuleThatIsWrongIsReported(String spec, String message) {
        reports("networking.istio.io/v1", "DestinationRule", spec, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "servers: [] | must have at least one server",
                "servers: [{port: {number: 0, name: a, protocol: HTTP}, hosts: [a.b]}] | port number 0",
                "servers: [{port: {number: 80, name: a, protocol: HTTPS}, hosts: [a.b]}] | a server for HTTPS must have tls settings",
                "servers: [{port: {number: 80, name: a, protocol: HBONE}, hosts: [a.b]}] | protocol HBONE is not supported yet",
                "servers: [{port: {number: 80, name: a, protocol: HTTP, targetPort: 8080}, hosts: [a.b]}] | targetPort has no effect at a gateway",
                "servers: [{port: {number: 80, name: a, protocol: HTTP}, bind: a.b, hosts: [a.b]}] | bind 'a.b' is not a valid IP address",
                "servers: [{port: {number: 80, name: a, protocol: HTTP}, bind: 'unix:///run/a', hosts: [a.b]}] | bind to a Unix socket is not supported yet",
                "servers: [{port: {number: 80, name: a, protocol: HTTP}, defaultEndpoint: '127.0.0.1:80', hosts: [a.b]}] | defaultEndpoint has no effect",
                "servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: [a.b], tls: {mode: SIMPLE, serverCertificate: a, privateKey: b}}] | a server for plain HTTP cannot have tls settings",
                "servers: [{port: {number: 80, name: a, protocol: TCP}, hosts: [a.b], tls: {}}] | a server for TCP cannot have tls settings",
                "servers: [{port: {number: 80, name: a, protocol: HTTPS}, hosts: [a.b], tls: {httpsRedirect: true}}] | what comes to HTTPS is never redirected",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: SIMPLE}}] | SIMPLE requires a server certificate",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: SIMPLE, serverCertificate: a}}] | SIMPLE requires a private key",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: SIMPLE, tlsCertificates: [{serverCertificate: a}]}}] | SIMPLE requires a private key",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: SIMPLE, tlsCertificates: [{serverCertificate: a, privateKey: b, caCertificates: c}]}}] | write caCertificates beside tlsCertificates",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: SIMPLE, tlsCertificates: [{serverCertificate: a, privateKey: b}, {serverCertificate: a, privateKey: b}, {serverCertificate: a, privateKey: b}]}}] | at most 2 certificates, not 3",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: SIMPLE, serverCertificate: a, privateKey: b, tlsCertificates: [{serverCertificate: a, privateKey: b}]}}] | only one of serverCertificate and tlsCertificates",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: SIMPLE, serverCertificate: a, privateKey: b, subjectAltNames: [c]}}] | SIMPLE asks clients for no certificate",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: SIMPLE, serverCertificate: a, privateKey: b, caCrl: c}}] | a list of revoked ones is not supported",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: OPTIONAL_MUTUAL, serverCertificate: a, privateKey: b}}] | OPTIONAL_MUTUAL requires a client CA bundle",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: ISTIO_MUTUAL, serverCertificate: a}}] | cannot have a server certificate",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: ISTIO_MUTUAL, caCertificates: a}}] | cannot have a CA bundle",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: PASSTHROUGH, serverCertificate: a, privateKey: b}}] | PASSTHROUGH mode does not use certificates",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: ISTIO_MUTUAL, cipherSuites: [FOO]}}] | cipher suite 'FOO' is not known",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: ISTIO_MUTUAL, cipherSuites: [AES128-SHA, AES128-SHA]}}] | stands in the list twice",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: ISTIO_MUTUAL, minProtocolVersion: TLSV1_1}}] | TLSV1_1 needs cipherSuites",
                "servers: [{port: {number: 80, name: a, protocol: TLS}, hosts: [a.b], tls: {mode: ISTIO_MUTUAL, minProtocolVersion: TLSV1_3, maxProtocolVersion: TLSV1_2}}] | no client could connect",
                "servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: []}] | at least one host",
                "servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: ['~/a.b']}] | namespace '~'",
                "servers: [{port: {number: 80, name: a, protocol: HTTP}, hosts: [a.b]}, {port: {number: 81, name: a, protocol: HTTP}, hosts: [a.b]}] | duplicate name 'a'"
            })
    void gatewayThatIsWrongIsReported(String spec, String message) {
        reports("networking.istio.io/v1", "Gateway", spec, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "resolution: STATIC, hosts: ['*'], ports: [{number: 80, name: a, protocol: HTTP}] | wildcard host '*' is not allowed",
                "resolution: STATIC, hosts: [a.b], ports: [{number: 80, name: a, protocol: HTTP}] | warning MEL0011: resolution STATIC without endpoints",
                "resolution: DYNAMIC_DNS, hosts: ['*.b'], ports: [{number: 80, name: a, protocol: HTTP}] | resolution DYNAMIC_DNS is not supported yet",
                "hosts: [a.b], endpoints: [{address: 1.2.3.4}], ports: [{number: 80, name: a, protocol: HTTP}] | no endpoints can be given with resolution NONE",
                "resolution: DNS, hosts: ['*.b'], ports: [{number: 80, name: a, protocol: HTTP}] | a wildcard cannot be looked up",
                "resolution: DNS, hosts: [a.b], endpoints: [{address: 'unix:///a'}], ports: [{number: 80, name: a, protocol: HTTP}] | a Unix socket cannot be looked up",
                "resolution: DNS, hosts: [a.b], endpoints: [{address: '*.c'}], ports: [{number: 80, name: a, protocol: HTTP}] | a wildcard cannot be called",
                "resolution: DNS, hosts: [a.b], addresses: [10.0.0.0/8], ports: [{number: 80, name: a, protocol: HTTP}] | goes with resolution NONE and STATIC only",
                "resolution: DNS_ROUND_ROBIN, hosts: [a.b], endpoints: [{address: c.d}, {address: e.f}], ports: [{number: 80, name: a, protocol: HTTP}] | takes at most one endpoint",
                "resolution: STATIC, hosts: [a.b], endpoints: [{address: 'unix://a'}], ports: [{number: 80, name: a, protocol: HTTP}] | neither an absolute path nor an abstract socket",
                "resolution: STATIC, hosts: [a.b], endpoints: [{address: 'unix:///a/'}], ports: [{number: 80, name: a, protocol: HTTP}] | is a folder",
                "resolution: STATIC, hosts: [a.b], endpoints: [{address: 'unix:///a', ports: {a: 1}}], ports: [{number: 80, name: a, protocol: HTTP}] | a Unix socket has no ports",
                "resolution: STATIC, hosts: [a.b], endpoints: [{address: 'unix:///a'}], ports: [{number: 80, name: a, protocol: HTTP}, {number: 81, name: b, protocol: HTTP}] | serves exactly one port",
                "resolution: STATIC, hosts: [a.b], endpoints: [{network: n}], ports: [{number: 80, name: a, protocol: HTTP}] | warning MEL0011: address is unset with network 'n'",
                "resolution: STATIC, hosts: [a.b], endpoints: [{labels: {a: b}}], ports: [{number: 80, name: a, protocol: HTTP}] | an address is required",
                "workloadSelector: {labels: {a: b}}, hosts: [a.b] | workloadSelector does nothing with resolution NONE",
                "resolution: STATIC, workloadSelector: {}, hosts: [a.b] | warning MEL0011: a workloadSelector without labels",
                "resolution: STATIC, workloadSelector: {labels: {a: 'b*'}}, hosts: [a.b] | label value 'b*' is not valid",
                "resolution: STATIC, workloadSelector: {labels: {a: b}}, endpoints: [{address: 1.2.3.4}], hosts: [a.b] | only one of workloadSelector and endpoints",
                "resolution: STATIC, hosts: [a.b], exportTo: ['~', a], ports: [{number: 80, name: a, protocol: HTTP}] | '~' is no namespace",
                "resolution: STATIC, hosts: [a.b, c.d], endpoints: [{address: 1.2.3.4}], ports: [{number: 80, name: a, protocol: TCP}] | multiple hosts provided with port 'a'",
                "resolution: STATIC, hosts: [a.b], ports: [{number: 80, name: a, protocol: HTTP}], endpoints: [{address: a.b}] | must be an IP address",
                "resolution: STATIC, hosts: [a.b], ports: [{number: 80, name: a, protocol: HTTP}], endpoints: [{address: 1.2.3.4, ports: {b: 80}}] | endpoint port 'b' is not defined",
                "resolution: STATIC, hosts: [a.b], addresses: [1.2.3.400], ports: [{number: 80, name: a, protocol: HTTP}], endpoints: [{address: '::1'}] | '1.2.3.400' is not a valid IP address",
                "resolution: STATIC, hosts: [a.b], ports: [{number: 80, name: a, protocol: HTTP}, {number: 80, name: b, protocol: HTTP}], endpoints: [{address: '::1'}] | port number 80 already defined"
            })
    void serviceEntryThatIsWrongIsReported(String spec, String message) {
        reports("networking.istio.io/v1", "ServiceEntry", spec, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "AuthorizationPolicy | action: DENY | DENY without rules is never triggered",
                "AuthorizationPolicy | rules: [{from: [{source: {}}]}] | source is empty",
                "AuthorizationPolicy | rules: [{from: [{}]}] | source is required",
                "AuthorizationPolicy | rules: [{to: [{operation: {methods: ['']}}]}] | empty value not allowed",
                "AuthorizationPolicy | rules: [{to: [{operation: {paths: [a]}}]}] | path 'a' never matches",
                "AuthorizationPolicy | rules: [{to: [{operation: {paths: ['/a/*/b']}}]}] | only at the beginning or at the end",
                "AuthorizationPolicy | rules: [{to: [{operation: {paths: ['/a/{*}b']}}]}] | path template",
                "AuthorizationPolicy | rules: [{to: [{operation: {paths: ['/a/{**}/{*}']}}]}] | path template",
                "AuthorizationPolicy | rules: [{to: [{operation: {paths: ['/a/{name}']}}]}] | path template",
                "AuthorizationPolicy | rules: [{to: [{operation: {ports: [http]}}]}] | 'http' is not a port number",
                "AuthorizationPolicy | rules: [{to: [{operation: {notPorts: ['70000']}}]}] | '70000' is not a port number",
                "AuthorizationPolicy | rules: [{from: [{source: {ipBlocks: [10.0.0.0/40]}}]}] | neither an address nor a block",
                "AuthorizationPolicy | rules: [{from: [{source: {notRemoteIpBlocks: [here]}}]}] | neither an address nor a block",
                "AuthorizationPolicy | rules: [{from: [{source: {serviceAccounts: ['a/*']}}]}] | service account 'a/*' is not valid",
                "AuthorizationPolicy | rules: [{from: [{source: {serviceAccounts: [a], namespaces: [b]}}]}] | cannot stand beside principals or namespaces",
                "AuthorizationPolicy | rules: [{when: [{key: source.ip}]}] | at least one of values and notValues",
                "AuthorizationPolicy | rules: [{when: [{values: [a]}]}] | key is required",
                "AuthorizationPolicy | rules: [{when: [{key: request.header, values: [a]}]}] | unknown attribute 'request.header'",
                "AuthorizationPolicy | rules: [{when: [{key: destination.port, values: [a]}]}] | 'a' is not a port number",
                "AuthorizationPolicy | rules: [{when: [{key: source.principal, values: ['spiffe://a']}]}] | without 'spiffe://'",
                "AuthorizationPolicy | rules: [{from: [{source: {principals: ['spiffe://a/ns/b/sa/c']}}]}] | never matches: principals are written without",
                "PeerAuthentication | portLevelMtls: {80: {mode: STRICT}} | portLevelMtls needs a selector",
                "PeerAuthentication | portLevelMtls: {http: {mode: STRICT}} | expected a port number, got 'http'",
                "PeerAuthentication | mtls: {mode: strict} | unknown mode 'strict' (did you mean 'STRICT'?)",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x'}] | it is not JSON",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: '{\"keys\": []}'}] | at least one key",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: '{\"keys\": [{\"kty\": \"RSA\", \"d\": \"x\"}]}'}] | private or symmetric key",
                "RequestAuthentication | jwtRules: [{issuer: a}] | all tokens of issuer 'a' are refused: it is no address to ask for its keys",
                "RequestAuthentication | jwtRules: [{}] | spec.jwtRules[0].issuer is required where there is no jwksUri",
                "RequestAuthentication | jwtRules: [{issuer: a, jwksUri: a.example}] | 'a.example' is no address of keys: expected https://HOST",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks_uri: 'ftp://a.example'}] | 'ftp://a.example' is no address of keys",
                "RequestAuthentication | jwtRules: [{issuer: a, jwksUri: 'https:///keys'}] | is no address of keys",
                "RequestAuthentication | jwtRules: [{issuer: a, jwksUri: 'https://a.example/k', jwks: x}] | only one of jwks and jwksUri may be given",
                "RequestAuthentication | jwtRules: [{issuer: a, jwksUri: 'https://a.example/k', jwks_uri: x}] | only one of jwksUri and jwks_uri may be given",
                "RequestAuthentication | jwtRules: [{issuer: a, jwksUri: 'https://a.example/k', timeout: 0s}] | duration must be at least 1ms",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: x, timeout: 1s}] | timeout is of fetching keys, and these are written here",
                "RequestAuthentication | jwtRules: [{issuer: '', jwks: '{\"keys\": [{\"kty\": \"RSA\"}]}'}] | spec.jwtRules[0].issuer is required",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x', audiences: ['']}] | spec.jwtRules[0].audiences[0] is empty",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x', fromHeaders: [{prefix: 'Bearer '}]}] | spec.jwtRules[0].fromHeaders[0].name is required",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x', fromHeaders: [{name: 'x user'}]}] | header name 'x user' is not valid",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x', fromParams: ['']}] | spec.jwtRules[0].fromParams[0] is empty",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x', fromCookies: [a, '']}] | spec.jwtRules[0].fromCookies[1] is empty",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x', spaceDelimitedClaims: ['']}] | spec.jwtRules[0].spaceDelimitedClaims[0] is empty",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x', outputPayloadToHeader: 'a b'}] | header name 'a b' is not valid",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x', outputClaimToHeaders: [{header: 'a%b', claim: sub}]}] | header name 'a%b' is not valid",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x', outputClaimToHeaders: [{header: x-sub}]}] | spec.jwtRules[0].outputClaimToHeaders[0].claim is required",
                "RequestAuthentication | jwtRules: [{issuer: a, jwks: 'x', presence: REQUIRED}] | field spec.jwtRules[0].presence is not supported yet",
                "RequestAuthentication | targetRef: {kind: Service, name: a}, selector: {} | only one of selector and targetRef may be given",
                "AuthorizationPolicy | targetRef: {kind: Service, name: a}, targetRefs: [] | only one of targetRef and targetRefs may be given",
                "AuthorizationPolicy | targetRefs: [{kind: Service, name: a, namespace: b}] | a policy is attached to what is in its own namespace",
                "AuthorizationPolicy | targetRefs: [{kind: Service}] | spec.targetRefs[0].name is required",
                "AuthorizationPolicy | targetRef: {kind: Pod, name: a} | a policy cannot be attached to a Pod of group ''",
                "AuthorizationPolicy | targetRefs: [{group: networking.istio.io, kind: Gateway, name: a}] | a policy cannot be attached to a Gateway of group 'networking.istio.io'",
                "AuthorizationPolicy | targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: a}] | no proxy of this mesh stands for a Gateway a"
            })
    void securityResourceThatIsWrongIsReported(String kind, String spec, String message) {
        reports("security.istio.io/v1", kind, spec, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "window: 1m | spec.requests is required",
                "requests: 0, window: 1m | requests 0 must be in the range",
                "requests: 1 | spec.window is required",
                "requests: 1, window: 0s | duration must be at least 1ms",
                "requests: 1, window: 1s, key: source.port | unknown key 'source.port'"
            })
    void rateLimitThatIsWrongIsReported(String spec, String message) {
        reports("mixer.meltemi.io/v1", "RateLimit", spec, message);
    }

    @ParameterizedTest
    @CsvSource({"A, default", "a, Default", "-a, default", "a.-, default"})
    void nameThatIsNoDnsNameIsReported(String name, String namespace) {
        assertThat(
                        Documents.lines(
                                """
                                apiVersion: networking.istio.io/v1
                                kind: DestinationRule
                                metadata: {name: '%s', namespace: '%s'}
                                spec: {host: a}
                                """
                                        .formatted(name, namespace)))
                .hasSize(1);
    }

    @Test
    void whatCouldNotBeReadIsNotJudged() {
        assertThat(
                        Documents.lines(
                                """
                                apiVersion: networking.istio.io/v1
                                kind: VirtualService
                                metadata: {name: a}
                                spec: {hosts: [a], http: [{fault: {abort: {http2Error: x}}}]}
                                """))
                .containsExactly(
                        "test.yaml:4:56: error MEL0007: field spec.http[0].fault.abort.http2Error is not supported yet");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "weight: 1 | spec: an address is required",
                "network: n | warning MEL0011: address is unset with network 'n'",
                "address: 'a.b:80' | domain name 'a.b:80' is not valid",
                "address: 'unix://a' | neither an absolute path nor an abstract socket",
                "address: 'unix:///a', ports: {a: 1} | a Unix socket has no ports",
                "address: 1.2.3.4, ports: {a: 0} | port number 0 must be in the range",
                "address: 1.2.3.4, ports: {A_B: 1} | port name 'A_B' is not a DNS label",
                "address: 1.2.3.4, labels: {a: 'b*'} | label value 'b*' is not valid"
            })
    void workloadEntryThatIsWrongIsReported(String spec, String message) {
        reports("networking.istio.io/v1", "WorkloadEntry", spec, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "probe: {exec: {command: [a]}} | spec.template is required",
                "template: {} | warning MEL0011: no instance registers itself by a WorkloadGroup yet",
                "template: {ports: {a: 0}} | port number 0 must be in the range",
                "template: {}, metadata: {labels: {a: 'b*'}} | label value 'b*' is not valid",
                "template: {}, probe: {} | a probe needs one of httpGet, tcpSocket, exec and grpc",
                "template: {}, probe: {tcpSocket: {port: 1}, grpc: {}} | only one of tcpSocket and grpc",
                "template: {}, probe: {tcpSocket: {}} | spec.probe.tcpSocket.port is required",
                "template: {}, probe: {grpc: {port: 70000}} | port number 70000",
                "template: {}, probe: {exec: {}} | a command is required",
                "template: {}, probe: {httpGet: {port: 1, scheme: ftp}} | scheme 'ftp' must be HTTP or HTTPS",
                "template: {}, probe: {httpGet: {port: 1, httpHeaders: [{name: 'a b'}]}} | header name 'a b' is not valid",
                "template: {}, probe: {periodSeconds: -1, tcpSocket: {port: 1}} | periodSeconds must be non-negative, is -1"
            })
    void workloadGroupThatIsWrongIsReported(String spec, String message) {
        reports("networking.istio.io/v1", "WorkloadGroup", spec, message);
    }

    @Test
    void anEmptyPrincipalIsToldOnce() throws Exception {
        assertThat(
                        Documents.lines(
                                """
                                apiVersion: security.istio.io/v1
                                kind: AuthorizationPolicy
                                metadata: {name: a}
                                spec: {rules: [{from: [{source: {principals: ['']}}]}]}
                                """))
                .filteredOn(line -> line.contains("empty value not allowed"))
                .hasSize(1);
    }

    private static void reports(String apiVersion, String kind, String spec, String message) {
        assertThat(
                        Documents.lines(
                                "apiVersion: %s\nkind: %s\nmetadata: {name: a}\nspec: {%s}\n"
                                        .formatted(apiVersion, kind, spec)))
                .anySatisfy(line -> assertThat(line).startsWith("test.yaml:4:").contains(message));
    }
}
