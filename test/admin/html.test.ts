import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Html, html } from '../../src/admin/html.ts';

test('html`` escapes texts', () => {
  const text = `<script>alert("a" & 'b')</script>`;
  assert.equal(html`<p title="${text}">${text}</p>`.toString().includes('<script>'), false);
  assert.equal(
    html`${text}`.toString(),
    '&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;',
  );
});

test('html`` puts numbers and pieces of HTML as they are', () => {
  assert.equal(html`<b>${1}</b>${html`<i>${'<'}</i>`}`.toString(), '<b>1</b><i>&lt;</i>');
});

test('html`` joins lists of pieces', () => {
  assert.equal(
    html`${['a', '&'].map((text) => html`<li>${text}</li>`)}`.toString(),
    '<li>a</li><li>&amp;</li>',
  );
});

test('Html is shown as it stands', () => {
  assert.equal(html`${new Html('<hr>')}`.toString(), '<hr>');
});
