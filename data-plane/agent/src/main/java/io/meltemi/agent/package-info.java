/// Lives and dies with one application: pod, identity, DNS, probes, and the proxy.
@NullMarked
package io.meltemi.agent;

import org.jspecify.annotations.NullMarked;
