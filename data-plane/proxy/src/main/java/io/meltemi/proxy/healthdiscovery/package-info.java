/// Has endpoints checked for a health discovery service and tells it the results (HDS).
@NullMarked
package io.meltemi.proxy.healthdiscovery;

import org.jspecify.annotations.NullMarked;
