"""Short stories made by a recipe, with questions whose answer is a span of the story.

No corpus of Chinese questions installs from a package, so that these are drawn: who did
what, where, when; who was born where; what costs how much; which company was founded when.
A story has several such facts, in random order, with sentences that say nothing between
them. Everything in a story is there once, so that each question has one answer; several facts
are of one kind, so that the question must be read to choose among them.
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧巧美淑惠珠翠雅芝玉萍红娥玲芬燕彩春菊兰凤洁梅琳"
    "素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉晓建国志文斌宇浩凯健俊帆"
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PLACES = _words(
    "北京 上海 广州 深圳 天津 重庆 成都 武汉 西安 南京 杭州 苏州 长沙 郑州 "
    "青岛 大连 宁波 厦门 福州 济南 合肥 昆明 沈阳 长春 哈尔滨 石家庄 太原 "
    "南昌 贵阳 南宁 海口 兰州 银川 西宁 拉萨 桂林 无锡 烟台 洛阳 扬州"
)
THINGS = _words(
    "苹果 西瓜 电脑 手机 自行车 雨伞 书包 钢琴 帽子 手表 桌子 椅子 相机 "
    "茶叶 花瓶 毛衣 皮鞋 字典 地图 冰箱 风筝 眼镜 箱子 台灯 吉他 蛋糕 钥匙 "
    "邮票 望远镜 收音机"
)
DEEDS = _words("买了 卖了 修好了 弄丢了 找到了 借走了 捡到了 送出了 寄出了 带来了")
FIRMS = _words("东方 华新 长城 蓝天 远大 光明 星河 金山 海洋 新世纪 和平 太阳 银杏 红旗 飞鱼 大众")
TRADES = _words("科技公司 银行 出版社 钢铁厂 食品公司 医院 大学")
IDLE = (
    "天气很好。", "大家都很高兴。", "这件事很快传开了。", "路上的人不多。", "后来下了一场雨。",
    "没有人知道原因。", "报纸上也写了这件事。", "他们谈了很久。", "街上非常热闹。",
)  # fmt: skip

HELD_OUT = 8
"""One person in so many is never seen in training."""

Rng = np.random.Generator
Facts = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Asked:
    """A question of a story. answer: ``story[start : end]``."""

    question: str
    story: str
    start: int
    end: int

    @property
    def answer(self) -> str:
        return self.story[self.start : self.end]


def asked(rng: Rng, *, facts: int, held_out: bool) -> Asked:
    """One question of a story of so many facts; held out: of people that training never saw."""
    pool = _Pool(rng, held_out)
    # Two kinds in one story at most, so that facts of one kind stand beside each other.
    kinds = [_KINDS[i] for i in rng.choice(len(_KINDS), size=min(2, facts), replace=False)]
    told = [kinds[i % len(kinds)](pool, rng) for i in rng.permutation(facts)]
    which = int(rng.integers(facts))
    sentences = [sentence for sentence, _ in told]
    question, answer = told[which][1][int(rng.integers(len(told[which][1])))]
    for _ in range(int(rng.integers(0, 3))):
        place = int(rng.integers(len(sentences) + 1))
        sentences.insert(place, str(rng.choice(IDLE)))
        which += place <= which
    story = "".join(sentences)
    start = len("".join(sentences[:which])) + sentences[which].index(answer)
    return Asked(question, story, start, start + len(answer))


class _Pool:
    """Hands out each thing once."""

    def __init__(self, rng: Rng, held_out: bool) -> None:
        self._rng = rng
        self._held_out = held_out
        self._used: set[str] = set()

    def of(self, draw: Callable[[], str]) -> str:
        """One that neither is nor holds nor is part of another, for then two places would fit."""
        while True:
            found = draw()
            if not any(found in used or used in found for used in self._used):
                self._used.add(found)
                return found

    def person(self) -> str:
        return self.of(self._person)

    def one(self, *lists: tuple[str, ...]) -> str:
        return self.of(lambda: "".join(str(self._rng.choice(part)) for part in lists))

    def number(self, low: int, high: int, unit: str) -> str:
        return self.of(lambda: f"{int(self._rng.integers(low, high))}{unit}")

    def day(self) -> str:
        draw = self._rng.integers
        return self.of(lambda: f"{int(draw(1, 13))}月{int(draw(1, 29))}日")

    def _person(self) -> str:
        while True:
            given = self._rng.choice(list(GIVEN), size=int(self._rng.integers(1, 3)))
            name = str(self._rng.choice(list(SURNAMES))) + "".join(given)
            if (zlib.crc32(name.encode()) % HELD_OUT == 0) == self._held_out:
                return name


Told = tuple[str, list[tuple[str, str]]]
"""A sentence, and its questions with their answers."""


def _deed(pool: _Pool, rng: Rng) -> Told:
    who, where, when = pool.person(), pool.one(PLACES), pool.day()
    did, what = str(rng.choice(DEEDS)), pool.one(THINGS)
    sentence = (
        f"{when}，{who}在{where}{did}{what}。" if rng.random() < 0.5
        else f"{who}{when}在{where}{did}{what}。"
    )  # fmt: skip
    return sentence, [
        (f"谁{did}{what}？", who),
        (f"{what}是谁{did}？", who),
        (f"{who}在哪里{did}{what}？", where),
        (f"{who}{did}{what}是在什么地方？", where),
        (f"{who}什么时候{did}{what}？", when),
        (f"{who}哪一天{did}{what}？", when),
        (f"{who}{did}什么？", what),
        (f"{who}在{where}{did}什么东西？", what),
    ]


def _born(pool: _Pool, rng: Rng) -> Told:
    who, where, age = pool.person(), pool.one(PLACES), pool.number(18, 90, "岁")
    sentence = (
        f"{who}出生于{where}，今年{age}。" if rng.random() < 0.5
        else f"今年{age}的{who}出生在{where}。"
    )  # fmt: skip
    return sentence, [
        (f"{who}出生在哪里？", where),
        (f"{who}是哪里人？", where),
        (f"{who}今年多大？", age),
        (f"{who}今年几岁？", age),
        (f"谁出生于{where}？", who),
        (f"谁今年{age}？", who),
    ]


def _price(pool: _Pool, rng: Rng) -> Told:
    what, price = pool.one(THINGS), pool.number(5, 999, "元")
    sentence = (
        f"{what}的价格是{price}。" if rng.random() < 0.5 else f"一件{what}卖{price}。"
    )  # fmt: skip
    return sentence, [
        (f"{what}多少钱？", price),
        (f"{what}的价格是多少？", price),
        (f"什么东西卖{price}？", what),
    ]


def _firm(pool: _Pool, rng: Rng) -> Told:
    firm, where = pool.one(FIRMS, TRADES), pool.one(PLACES)
    year, who = pool.number(1900, 2024, "年"), pool.person()
    sentence = (
        f"{firm}于{year}在{where}成立，创办人是{who}。" if rng.random() < 0.5
        else f"{who}{year}在{where}创办了{firm}。"
    )  # fmt: skip
    return sentence, [
        (f"{firm}是哪一年成立的？", year),
        (f"{firm}在哪里成立？", where),
        (f"谁创办了{firm}？", who),
        (f"{firm}的创办人是谁？", who),
        (f"{who}创办了什么？", firm),
    ]


_KINDS = (_deed, _born, _price, _firm)
