// The order in which the scheduler looks at nodes.

import { expect, test } from 'vitest';
import type { Node } from '../../src/api/core.js';
import { NodeTree } from '../../src/scheduler/nodetree.js';
import { buildNode } from '../builders.js';

const ZONE = 'topology.kubernetes.io/zone';
const BETA_ZONE = 'failure-domain.beta.kubernetes.io/zone';

function nodeIn(name: string, zone?: string, label = ZONE): Node {
  return buildNode(name, {
    metadata: { name, labels: zone === undefined ? {} : { [label]: zone } },
  });
}

function treeOf(...nodes: Node[]): NodeTree {
  const tree = new NodeTree();
  for (const node of nodes) tree.add(node);
  return tree;
}

test('zones take turns in the order in which they appeared', () => {
  const tree = treeOf(
    nodeIn('a', 'z2'),
    nodeIn('b', 'z2'),
    nodeIn('c', 'z1'),
    nodeIn('d'),
    nodeIn('e', 'z2'),
    nodeIn('f', 'z1', BETA_ZONE),
  );
  expect(tree.names()).toEqual(['a', 'c', 'd', 'b', 'f', 'e']);
  expect(tree.size).toBe(6);
});

test('a zone that was left by its last node comes back as the last', () => {
  const tree = treeOf(nodeIn('a', 'z1'), nodeIn('b', 'z2'), nodeIn('c', 'z2'));
  tree.remove(nodeIn('a', 'z1'));
  tree.remove(nodeIn('unknown', 'z1'));
  tree.add(nodeIn('a', 'z1'));
  expect(tree.names()).toEqual(['b', 'a', 'c']);
});

test('a node moves when its zone changes, and only then', () => {
  const tree = treeOf(nodeIn('a', 'z1'), nodeIn('b', 'z1'), nodeIn('c', 'z2'));
  tree.update(nodeIn('a', 'z1'), nodeIn('a', 'z1'));
  expect(tree.names()).toEqual(['a', 'c', 'b']);
  tree.update(nodeIn('a', 'z1'), nodeIn('a', 'z2'));
  expect(tree.names()).toEqual(['b', 'c', 'a']);
});
